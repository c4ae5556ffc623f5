//! Commands: arguments in, exit codes out. A file a command.

mod check;
mod init;
