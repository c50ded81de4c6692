//! What the program's exit status means to scripts.
//!
//! | code | meaning | when |
//! |---|---|---|
//! | 0 | done | also when whoever read the output stopped reading |
//! | 1 | failed | the disk, the data directory, its version, a busy database, a taken port; trying again or mending may help; some of what was asked for |
//! | 2 | usage | arguments, settings or input that can't be right; nothing was tried |
//! | 3 | not found | no such tenant, event, user or other thing named |
//! | 4 | refused | understood, and against a rule: a duplicate, a life cycle, a switched-off feature, another server |
//! | 5 | findings | `doctor`, `audit verify`, the check of a backup or the dry run of an import found something |
//! | 130 | broken off | Ctrl-C ended work that leaves nothing behind then |

use std::process::ExitCode;

use polaris_core::Error;

/// The same table, for `polaris --help`.
pub(crate) const HELP: &str = "\
exit codes:
  0  done
  1  failed: the data directory, the disk or a port can't be used now
  2  usage: arguments, settings or input that can't be right
  3  not found: no such tenant, event, user or other thing named
  4  refused: a rule is against it, such as a duplicate or the life cycle
  5  findings: doctor, audit verify, the check of a backup or a dry run found something
  130  broken off with Ctrl-C, nothing was done";

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    Refused = 4,
    Findings = 5,
    /// As shells have it: 128 and the number of SIGINT.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        match error.code() {
            "BAD_REQUEST" | "VALIDATION_FAILED" => Self::Usage,
            code if code.ends_with("NOT_FOUND") => Self::NotFound,
            "UNAVAILABLE" | "SCHEMA_OUTDATED" | "SCHEMA_TOO_NEW" | "DATA_DIRECTORY" | "INTERNAL" => Self::Failed,
            "CANCELLED" => Self::Interrupted,
            // A rule was against it; also what a later engine adds.
            _ => Self::Refused,
        }
    }
}
