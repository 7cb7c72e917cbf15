// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tests of agreement with programs, and with collections of answers, that may be missing.
//!
//! A test that needs what is missing is *ignored*, with the reason. If the environment has
//! `DISKPROBE_REQUIRE_ORACLES`, a missing program is a failure instead, so that CI loses none.

use crate::qemu_img;
use crate::qemu_versions::Class;
use crate::venv::{self, OSLO_UTILS};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Something that a test of agreement needs.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// A program, and the Debian package that has it.
    Program(&'static str, &'static str),
    /// A directory next to the repository.
    Shared(&'static str),
    /// A `qemu-img` that answers as QEMU 10.0 does in this respect.
    QemuImg(&'static Class),
    /// `oslo.utils`, in a Python environment in this directory.
    OsloUtils(&'static str),
    /// Something else: what it is, and whether it exists.
    Other(&'static str, fn() -> bool),
}

/// `qemu-img`, of any version from 7.2 on.
pub const QEMU_IMG: Need = Need::Program("qemu-img", "qemu-utils");
/// A shared directory with images of other programs.
pub const CORPUS: Need = Need::Shared("corpus");
/// A shared directory with answers of libvirt 11.3.
pub const VECTORS: Need = Need::Shared("vectors");

impl Need {
    /// Returns the reason why a test is ignored, if what it needs is missing.
    fn missing(&self) -> Option<String> {
        match self {
            Need::Program(name, package) => {
                let is_missing = find(name).is_none();
                is_missing.then(|| format!("{name} is not installed (package {package})"))
            }
            Need::Shared(name) => {
                let path = shared(name);
                (!path.is_dir()).then(|| format!("no directory {}", path.display()))
            }
            Need::QemuImg(class) => {
                let version = qemu_img::version()?;
                let needs =
                    || format!("qemu-img {version}: needs {} ({})", class.since, class.what);
                (version < class.since).then(needs)
            }
            Need::OsloUtils(directory) => {
                let fault = venv::make(directory).err();
                fault.map(|fault| format!("{OSLO_UTILS} cannot be installed: {fault}"))
            }
            Need::Other(what, is_there) => (!is_there()).then(|| format!("no {what}")),
        }
    }

    /// Whether a missing one fails where all programs are required.
    fn is_program(&self) -> bool {
        matches!(self, Need::Program(..) | Need::OsloUtils(_))
    }
}

/// Returns the path of a directory next to the repository.
pub fn shared(name: &str) -> PathBuf {
    crate::root().join("../shared").join(name)
}

/// Returns the path of a program; those for administrators are found too.
fn find(name: &str) -> Option<PathBuf> {
    let path = search_path();
    let mut places = std::env::split_paths(&path).map(|directory| directory.join(name));
    places.find(|place| place.is_file())
}

fn search_path() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{path}:/usr/local/sbin:/usr/sbin:/sbin")
}

/// Returns a command that runs a program of the system, an administrator's too.
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env("PATH", search_path());
    command
}

/// Returns a test that needs these programs.
pub fn trial(
    name: impl Into<String>,
    needs: &[Need],
    test: impl FnOnce() + Send + 'static,
) -> Trial {
    let needs = needs.to_vec();
    Trial::ignorable_test(name, move || {
        for need in needs {
            if let Some(reason) = need.missing() {
                let is_required = std::env::var_os("DISKPROBE_REQUIRE_ORACLES").is_some();
                return match need.is_program() && is_required {
                    true => Err(Failed::from(reason)),
                    false => Ok(Completion::ignored_with(reason)),
                };
            }
        }
        test();
        Ok(Completion::Completed)
    })
}

/// Runs the tests, as the `main` of a crate without the harness of the standard library.
pub fn main(trials: Vec<Trial>) -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Makes tests of functions that need the same programs: `trials![[NEED...]; NAME...]`.
#[macro_export]
macro_rules! trials {
    ($needs:expr; $($name:ident),* $(,)?) => {
        vec![$($crate::oracle::trial(
            concat!(module_path!(), "::", stringify!($name)).split_once("::").expect("a crate").1,
            &$needs,
            $name,
        )),*]
    };
}
