// SPDX-License-Identifier: MIT OR Apache-2.0
//! A `libvirtd` of the test's own: an ordinary user's, with all files in one temporary directory,
//! which ends with the test.
use crate::oracle::program;
use std::collections::BTreeMap;
use std::os::unix::fs::{chown, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The user and group ID of an account that owns no files. A daemon of root would use the
/// directories of the machine, so tests that run as root start it with this ID.
const NOBODY_UID: u32 = 65534;

/// How long the daemon may take to start; it takes a fifth of a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running daemon.
pub struct Daemon {
    home: TempDir,
    process: Child,
}

impl Daemon {
    /// Starts the daemon.
    pub fn start() -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        if is_root() {
            chown(home.path(), Some(NOBODY_UID), Some(NOBODY_UID)).expect("root may chown");
        }
        let log = std::fs::File::create(home.path().join("log")).expect("a file");
        let mut command = as_user("libvirtd", home.path());
        // Should this test be killed, the daemon ends for lack of clients.
        let command = command.args(["--timeout", "20"]).stdin(Stdio::null());
        let command = command.stdout(Stdio::null()).stderr(log);
        let process = command.spawn();
        let process = process.expect("libvirtd is installed (package libvirt-daemon)");
        let mut daemon = Daemon { home, process };
        daemon.wait();
        daemon
    }

    fn wait(&mut self) {
        let start = Instant::now();
        while !self.socket().exists() {
            let ended = self.process.try_wait().expect("a child process");
            assert!(
                ended.is_none() && start.elapsed() < PATIENCE,
                "libvirtd does not start ({ended:?}): {}",
                std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn socket(&self) -> PathBuf {
        self.home.path().join("run/libvirt/libvirt-sock")
    }

    fn virsh(&self, arguments: &[&str]) -> Output {
        let socket = self.socket();
        let socket = socket.to_str().expect("UTF-8");
        let uri = format!("storage+unix:///session?socket={socket}");
        let mut command = as_user("virsh", self.home.path());
        let output = command.args(["-q", "-c", &uri]).args(arguments).output();
        output.expect("virsh is installed (package libvirt-clients)")
    }

    /// Returns its version.
    pub fn version(&self) -> String {
        let output = self.virsh(&["version", "--daemon"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = text.lines().find(|line| line.contains("daemon:"));
        // Only the connection's own driver has a version of its own to tell.
        let line = line.or_else(|| text.lines().find(|line| line.contains("Using library:")));
        let version = line.and_then(|line| line.split_whitespace().last());
        version.expect("a version").to_owned()
    }

    /// Makes a pool of the directory; returns the complaint if it does not start.
    pub fn pool(&self, name: &str, directory: &Path) -> Result<Pool<'_>, String> {
        let readable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(directory, readable).expect("a directory of one's own");
        let path = directory.to_str().expect("UTF-8");
        let output = self.virsh(&["pool-create-as", name, "dir", "--target", path]);
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        Ok(Pool {
            daemon: self,
            name: name.to_owned(),
        })
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Nothing of it outlives its directory.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A storage pool.
pub struct Pool<'a> {
    daemon: &'a Daemon,
    name: String,
}

impl Pool<'_> {
    /// Returns the XML of each volume from the daemon; a volume without XML is
    /// absent.
    pub fn volumes(&self) -> BTreeMap<String, String> {
        let output = self.daemon.virsh(&["vol-list", "--pool", &self.name]);
        assert!(output.status.success(), "{output:?}");
        let list = String::from_utf8_lossy(&output.stdout).into_owned();
        let names = list
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        let command = |name| format!("vol-dumpxml --pool '{}' --vol '{name}';", self.name);
        // One process for all; it goes on after a complaint.
        let commands: String = names.map(command).collect();
        let output = self.daemon.virsh(&[&commands]);
        let texts = String::from_utf8_lossy(&output.stdout).into_owned();
        let texts = texts.split_inclusive("</volume>").map(str::trim);
        let named = |text: &str| {
            let (_, rest) = text.split_once("<name>")?;
            let (name, _) = rest.split_once("</name>")?;
            Some((name.to_owned(), text.to_owned()))
        };
        texts.filter_map(named).collect()
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A program that finds its directories below `home`, run by an ordinary user.
fn as_user(name: &str, home: &Path) -> Command {
    let mut command = program(name);
    if is_root() {
        command.uid(NOBODY_UID).gid(NOBODY_UID);
    }
    command
        .current_dir("/")
        .env("HOME", home)
        .env("LC_ALL", "C");
    for (variable, directory) in [
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
    ] {
        command.env(variable, home.join(directory));
    }
    command
}
