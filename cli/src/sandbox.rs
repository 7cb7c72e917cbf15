// SPDX-License-Identifier: MIT OR Apache-2.0
//! A second wall: from here on the kernel ends the process at any system call that a probe does not
//! need. docs/sandbox.md says what each is for.

#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
pub(crate) use linux::enter;

/// Filters are made for Linux, on the machines whose call numbers the filter's crate knows.
#[cfg(not(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)))]
pub(crate) fn enter() -> Result<(), &'static str> {
    Err("there is none on this system")
}

#[cfg(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
))]
mod linux {
    use seccompiler::{
        apply_filter, BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp,
        SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    };

    /// What is allowed with any arguments: none of it creates, changes, runs or reaches anything.
    const ALLOWED: [libc::c_long; 12] = [
        // The file that is probed, and for a chain those under it.
        libc::SYS_statx,
        libc::SYS_fstat,
        libc::SYS_newfstatat,
        libc::SYS_pread64,
        libc::SYS_close,
        // Memory: mmap and mprotect are below.
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        // What the Rust run time and the C library do to end a process.
        libc::SYS_sigaltstack,
        libc::SYS_futex,
        libc::SYS_exit_group,
    ];

    /// `BLKGETSIZE64`, by its number on the machines that there is a filter for.
    const BLOCK_DEVICE_SIZE: u64 = 0x8008_1272;

    /// What is allowed with some arguments only.
    fn limited() -> Result<Vec<(libc::c_long, Vec<SeccompRule>)>, Error> {
        let reads_only = libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND;
        let private = libc::MAP_ANONYMOUS | libc::MAP_PRIVATE;
        let no_code = argument(2, SeccompCmpOp::MaskedEq(bits(libc::PROT_EXEC)), 0)?;
        Ok(vec![
            // To open for reading, and nothing else.
            (
                libc::SYS_openat,
                vec![rule(vec![argument(
                    2,
                    SeccompCmpOp::MaskedEq(bits(reads_only)),
                    0,
                )?])?],
            ),
            // To answer, and to complain.
            (
                libc::SYS_write,
                vec![
                    rule(vec![argument(0, SeccompCmpOp::Eq, 1)?])?,
                    rule(vec![argument(0, SeccompCmpOp::Eq, 2)?])?,
                ],
            ),
            (
                libc::SYS_ioctl,
                vec![rule(vec![argument(
                    1,
                    SeccompCmpOp::Eq,
                    BLOCK_DEVICE_SIZE,
                )?])?],
            ),
            // std looks, in builds that check themselves, whether what it closes is open.
            (
                libc::SYS_fcntl,
                vec![rule(vec![argument(
                    1,
                    SeccompCmpOp::Eq,
                    bits(libc::F_GETFD),
                )?])?],
            ),
            // Memory of no file, that holds no code.
            (
                libc::SYS_mmap,
                vec![rule(vec![
                    no_code.clone(),
                    argument(3, SeccompCmpOp::MaskedEq(bits(private)), bits(private))?,
                ])?],
            ),
            (libc::SYS_mprotect, vec![rule(vec![no_code])?]),
        ])
    }

    fn bits(flags: libc::c_int) -> u64 {
        u64::from(flags.unsigned_abs())
    }

    fn argument(index: u8, how: SeccompCmpOp, value: u64) -> Result<SeccompCondition, Error> {
        let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, how, value);
        condition.map_err(Error::Backend)
    }

    fn rule(conditions: Vec<SeccompCondition>) -> Result<SeccompRule, Error> {
        SeccompRule::new(conditions).map_err(Error::Backend)
    }

    /// Lets the kernel end the process at any other call, for good.
    pub(crate) fn enter() -> Result<(), Error> {
        let allowed = ALLOWED.into_iter().map(|call| (call, Vec::new()));
        let rules = allowed.chain(limited()?);
        let machine = TargetArch::try_from(std::env::consts::ARCH).map_err(Error::Backend)?;
        let filter = SeccompFilter::new(
            rules.collect(),
            SeccompAction::KillProcess,
            SeccompAction::Allow,
            machine,
        );
        let program: BpfProgram = filter.and_then(TryInto::try_into).map_err(Error::Backend)?;
        apply_filter(&program)
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::os::unix::process::ExitStatusExt;
        use std::process::{Command, Stdio};

        /// What nobody may do behind the wall.
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
        fn what_is_forbidden_ends_the_process() {
            if let Ok(chosen) = std::env::var(VARIABLE) {
                enter().expect("a filter");
                let chosen = FORBIDDEN.iter().find(|(name, _)| *name == chosen);
                // Reading is allowed, or what follows would show nothing.
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
                let test = "sandbox::linux::tests::what_is_forbidden_ends_the_process";
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
