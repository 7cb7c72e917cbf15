// SPDX-License-Identifier: MIT OR Apache-2.0
//! A system call filter: after [`enter`], the kernel kills the process at any system call that a
//! probe does not need. docs/sandbox.md explains each call.

pub(crate) use filter::enter;

/// The filter requires Linux, and an architecture that seccompiler supports.
#[cfg(not(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)))]
mod filter {
    pub(crate) fn enter() -> Result<(), &'static str> {
        Err("not supported on this system")
    }
}

#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
mod filter {
    use libc::{c_int, c_long};
    use seccompiler::SeccompCmpOp::{self, Eq, MaskedEq};
    use seccompiler::{
        apply_filter, BackendError, BpfProgram, Error, SeccompAction, SeccompCmpArgLen,
        SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    };

    /// `BLKGETSIZE64`, which has the same number on all supported architectures.
    const BLOCK_DEVICE_SIZE: u64 = 0x8008_1272;

    /// A condition on an argument: its number, the comparison and the value.
    type Condition = (u8, SeccompCmpOp, u64);

    /// Returns the allowed system calls. Each is allowed with any arguments, or if its arguments
    /// meet all conditions of one of its lists. None of them can change files, start programs or
    /// use the network.
    fn allowed() -> [(c_long, Vec<Vec<Condition>>); 21] {
        let bits = |flags: c_int| u64::from(flags.unsigned_abs());
        let changes = bits(libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND);
        let private = bits(libc::MAP_ANONYMOUS | libc::MAP_PRIVATE);
        let no_code = || (2, MaskedEq(bits(libc::PROT_EXEC)), 0);
        [
            // Images, opened only for reading.
            (libc::SYS_openat, vec![vec![(2, MaskedEq(changes), 0)]]),
            (libc::SYS_statx, vec![]),
            (libc::SYS_fstat, vec![]),
            (libc::SYS_newfstatat, vec![]),
            // The file system of a file that an image names.
            (libc::SYS_fstatfs, vec![]),
            // `check` and `verify` make paths absolute, and `..` in a recorded name is resolved.
            (libc::SYS_getcwd, vec![]),
            // The other filter makes this call fail.
            (libc::SYS_openat2, vec![]),
            (libc::SYS_pread64, vec![]),
            (libc::SYS_ioctl, vec![vec![(1, Eq, BLOCK_DEVICE_SIZE)]]),
            (libc::SYS_close, vec![]),
            // Debug builds of std check that a descriptor is open before they close it.
            (libc::SYS_fcntl, vec![vec![(1, Eq, bits(libc::F_GETFD))]]),
            // Standard output and standard error.
            (libc::SYS_write, vec![vec![(0, Eq, 1)], vec![(0, Eq, 2)]]),
            // Anonymous memory that is not executable.
            (
                libc::SYS_mmap,
                vec![vec![no_code(), (3, MaskedEq(private), private)]],
            ),
            (libc::SYS_mprotect, vec![vec![no_code()]]),
            (libc::SYS_brk, vec![]),
            (libc::SYS_munmap, vec![]),
            (libc::SYS_mremap, vec![]),
            (libc::SYS_madvise, vec![]),
            // Exit of the process, in the Rust runtime and the C library.
            (libc::SYS_sigaltstack, vec![]),
            (libc::SYS_futex, vec![]),
            (libc::SYS_exit_group, vec![]),
        ]
    }

    fn rule(conditions: Vec<Condition>) -> Result<SeccompRule, BackendError> {
        let conditions = conditions.into_iter().map(|(argument, how, value)| {
            SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)
        });
        SeccompRule::new(conditions.collect::<Result<_, _>>()?)
    }

    fn program() -> Result<BpfProgram, BackendError> {
        let rules = allowed().into_iter().map(|(call, rules)| {
            let rules = rules.into_iter().map(rule);
            Ok((call, rules.collect::<Result<_, _>>()?))
        });
        let rules = rules.collect::<Result<_, _>>()?;
        let machine = TargetArch::try_from(std::env::consts::ARCH)?;
        let (other, listed) = (SeccompAction::KillProcess, SeccompAction::Allow);
        SeccompFilter::new(rules, other, listed, machine)?.try_into()
    }

    /// Returns a filter that makes openat2(2) fail as it does on a kernel without it. A filter
    /// cannot see whether openat2 would open a file for writing, because the flags are in memory.
    fn without_openat2() -> Result<BpfProgram, BackendError> {
        let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        let rules = [(libc::SYS_openat2, vec![])].into();
        let machine = TargetArch::try_from(std::env::consts::ARCH)?;
        SeccompFilter::new(rules, SeccompAction::Allow, missing, machine)?.try_into()
    }

    /// Installs the filters, which cannot be removed.
    pub(crate) fn enter() -> Result<(), Error> {
        // If two filters give different answers, the stricter one counts.
        apply_filter(&without_openat2().map_err(Error::Backend)?)?;
        apply_filter(&program().map_err(Error::Backend)?)
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::os::unix::process::ExitStatusExt;
        use std::process::{Command, Stdio};

        /// Calls that the filter must not allow.
        const FORBIDDEN: [(&str, fn()); 5] = [
            ("connect", || {
                drop(std::net::TcpStream::connect("127.0.0.1:9"))
            }),
            ("write", || drop(std::fs::write("/dev/null", "x"))),
            ("run", || drop(Command::new("/bin/true").status())),
            ("thread", || drop(std::thread::spawn(|| ()).join())),
            ("remove", || drop(std::fs::remove_file("/nonexistent/x"))),
        ];
        const VARIABLE: &str = "DISKPROBE_TEST_FORBIDDEN";

        #[test]
        fn forbidden_calls_end_the_process() {
            if let Ok(chosen) = std::env::var(VARIABLE) {
                enter().expect("a filter");
                let chosen = FORBIDDEN.iter().find(|(name, _)| *name == chosen);
                // An allowed call must succeed; otherwise the filter could reject everything.
                assert!(std::fs::metadata("/").is_ok());
                if let Some((_, forbidden)) = chosen {
                    forbidden();
                }
                std::process::exit(7);
            }
            for name in FORBIDDEN
                .map(|(name, _)| name)
                .into_iter()
                .chain(["nothing"])
            {
                let test = "sandbox::filter::tests::forbidden_calls_end_the_process";
                let mut child = Command::new(std::env::current_exe().expect("this program"));
                child
                    .args(["--exact", test, "--nocapture"])
                    .env(VARIABLE, name);
                let status = child.stdout(Stdio::null()).status().expect("a child");
                match name {
                    "nothing" => assert_eq!(status.code(), Some(7), "{status}"),
                    _ => assert_eq!(status.signal(), Some(libc::SIGSYS), "{name}: {status}"),
                }
            }
        }
    }
}
