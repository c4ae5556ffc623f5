//! Commands: arguments in, exit codes out. A file a command.
