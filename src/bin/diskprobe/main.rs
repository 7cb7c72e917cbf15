//! The command line tool.
fn main() {
    for path in std::env::args_os().skip(1) {
        match diskprobe::probe_path(&path, &diskprobe::Options::default()) {
            Ok(image) => println!("{image:#?}"),
            Err(error) => println!("{}: {error}", path.to_string_lossy()),
        }
    }
}
