//! Arguments in, exit code out.

fn main() -> std::process::ExitCode {
    warta::cli::main()
}
