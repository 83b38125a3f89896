//! Runs the `git` program: only to read, without a shell, a pager, a hook, a filter, a network or a
//! question, and never for more output than was agreed. Knows nothing of projects.
//!
//! No command of it looks into files of the working tree: where git does, the attributes beside them
//! say which program of whoever runs beadle they go through. `status`, `diff`, `diff-index`,
//! `ls-files --modified` and `hash-object` with filters are therefore not among them.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::error::RevisionError;
use super::not_found;

/// Most of what git says on its standard error that is kept, in bytes.
const COMPLAINT: u64 = 8 * 1024;

/// What git keeps a repository in, at the top of its working tree.
const DOT_GIT: &str = ".git";

/// Most that git may print where a folder is asked for, in bytes.
const FOLDER: u64 = 64 * 1024;

/// Variables by which a hook or a script points git at another repository than the project's.
const POINTERS: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_EXTERNAL_DIFF",
];

/// Configuration that could start another program, reach out, or have the files of a project taken
/// for a repository. An older git takes the name of a program for `core.fsmonitor`, so that `false`
/// would be one.
const HARMLESS: [&str; 7] = [
    "safe.bareRepository=explicit",
    "core.fsmonitor=",
    "core.untrackedCache=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.allow=never",
];

/// Git in one folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    /// The repository, once it is known: from then on git looks for none.
    found: Option<Found>,
}

/// A repository, in git's own words.
#[derive(Clone, Debug)]
struct Found {
    files: String,
    top: String,
}

/// What one call came to.
pub(super) struct Said {
    pub(super) success: bool,
    pub(super) out: Vec<u8>,
    pub(super) complaint: String,
}

impl Git {
    /// Git in the working tree that a folder is in.
    ///
    /// A repository is what `.git` at the folder or above it is, and nothing else: git itself would
    /// also take a folder for one that holds `HEAD`, `objects` and `refs`, and those anybody can add
    /// to a project's files. Hence it is begun where `.git` is, which no commit can hold.
    ///
    /// # Errors
    /// When there is none, it belongs to somebody else, or there is no git.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, RevisionError> {
        let none = || RevisionError::NotARepository {
            folder: folder.display().to_string(),
        };
        let whole = folder.canonicalize()?;
        let mut above = whole.ancestors();
        let steps = above.position(|above| above.join(DOT_GIT).exists());
        let up = std::iter::repeat_n("..", steps.ok_or_else(none)?);
        let begin = Self {
            folder: up.fold(folder.to_owned(), |path, step| path.join(step)),
            found: None,
        };
        let files = begin.says_folder("--absolute-git-dir", folder)?;
        let top = begin.says_folder("--show-toplevel", folder)?;
        // A git older than 2.38 may still find one among the files, where `.git` is broken.
        if whole.starts_with(Path::new(&files).canonicalize()?) {
            return Err(RevisionError::Git {
                command: "rev-parse",
                message: format!("`{}` is part of a repository", folder.display()),
            });
        }
        Ok(Self {
            folder: folder.to_owned(),
            found: Some(Found { files, top }),
        })
    }

    /// A folder of the repository.
    fn says_folder(&self, which: &str, asked: &Path) -> Result<String, RevisionError> {
        let said = self.run("rev-parse", &[which], FOLDER)?;
        if !said.success {
            return Err(not_found(asked, &said));
        }
        let text = String::from_utf8(said.out).map_err(|_| RevisionError::Git {
            command: "rev-parse",
            message: "a folder above the project has a name that is not UTF-8".to_owned(),
        })?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Runs one subcommand and takes all that it prints, up to `most` bytes.
    ///
    /// # Errors
    /// When git cannot be started, or prints more.
    pub(super) fn run(
        &self,
        command: &'static str,
        arguments: &[&str],
        most: u64,
    ) -> Result<Said, RevisionError> {
        let mut child = self.start(command, arguments, Stdio::null())?;
        let complaints = child.stderr.take().map(listen);
        let mut out = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            stdout.take(most.saturating_add(1)).read_to_end(&mut out)?;
        }
        if out.len() as u64 > most {
            stop(&mut child);
            return Err(RevisionError::Git {
                command,
                message: format!("it printed more than {most} bytes"),
            });
        }
        let status = child.wait()?;
        Ok(Said {
            success: status.success(),
            out,
            complaint: complaints.map(heard).unwrap_or_default(),
        })
    }

    /// Reads blobs one after the other, in the order asked for. `each` gets the place in `blobs`
    /// and the bytes; it is not called for a blob that is not there, which is an error.
    ///
    /// # Errors
    /// When git cannot be started, a blob is missing, or `each` fails.
    pub(super) fn blobs(
        &self,
        blobs: &[Blob<'_>],
        each: &mut dyn FnMut(usize, Vec<u8>) -> Result<(), RevisionError>,
    ) -> Result<(), RevisionError> {
        let mut child = self.start("cat-file", &["--batch"], Stdio::piped())?;
        let complaints = child.stderr.take().map(listen);
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            stop(&mut child);
            return Err(broken("it has no standard input"));
        };
        let asked: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
        // Beside the reading, so that neither waits for the other. What it cannot write, git does
        // not answer, and that is seen below.
        let asking = thread::spawn(move || drop(stdin.write_all(asked.as_bytes())));
        let mut answers = BufReader::new(stdout);
        let result = blobs
            .iter()
            .enumerate()
            .try_for_each(|(index, blob)| each(index, one_blob(blob, &mut answers)?));
        drop(answers);
        if result.is_err() {
            stop(&mut child);
        }
        let _ = asking.join();
        let status = child.wait()?;
        let complaint = complaints.map(heard).unwrap_or_default();
        result?;
        if status.success() {
            Ok(())
        } else {
            Err(broken(&complaint))
        }
    }

    fn start(
        &self,
        command: &'static str,
        arguments: &[&str],
        stdin: Stdio,
    ) -> Result<Child, RevisionError> {
        let mut git = Command::new("git");
        for variable in POINTERS {
            git.env_remove(variable);
        }
        git.env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_ASKPASS", "")
            .env("LC_ALL", "C")
            .env("LANGUAGE", "C");
        git.arg("-C").arg(&self.folder);
        if let Some(Found { files, top }) = &self.found {
            git.args(["--git-dir", files, "--work-tree", top]);
        }
        git.args(["--no-pager", "--literal-pathspecs"]);
        for setting in HARMLESS {
            git.args(["-c", setting]);
        }
        git.arg(command).args(arguments);
        git.stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        git.spawn().map_err(RevisionError::NoGit)
    }
}

/// A file's content in the repository.
pub(super) struct Blob<'a> {
    pub(super) id: &'a str,
    pub(super) size: u64,
    /// For messages.
    pub(super) path: &'a str,
}

/// `<id> blob <size>`, the bytes, and a line feed; or `<id> missing`.
pub(super) fn one_blob(
    blob: &Blob<'_>,
    answers: &mut impl BufRead,
) -> Result<Vec<u8>, RevisionError> {
    let mut header = String::new();
    answers.by_ref().take(256).read_line(&mut header)?;
    let mut words = header.split_ascii_whitespace();
    let found = (words.next(), words.next(), words.next());
    match found {
        (Some(_), Some("missing"), _) => {
            return Err(RevisionError::NotFetched(
                blob.path.escape_debug().to_string(),
            ));
        }
        (Some(id), Some("blob"), Some(size)) if id == blob.id && size.parse() == Ok(blob.size) => {}
        _ => return Err(broken("its answer is not as agreed")),
    }
    let mut bytes = Vec::new();
    answers.by_ref().take(blob.size).read_to_end(&mut bytes)?;
    let mut end = [0];
    answers.read_exact(&mut end)?;
    if bytes.len() as u64 == blob.size && end == *b"\n" {
        Ok(bytes)
    } else {
        Err(broken("its answer ends too early"))
    }
}

fn broken(message: &str) -> RevisionError {
    RevisionError::Git {
        command: "cat-file",
        message: message.to_owned(),
    }
}

/// Ends a git that nobody listens to any more.
fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

type Listening = thread::JoinHandle<String>;

/// Reads to the end, so that git never waits for a reader, and keeps the beginning.
fn listen(mut stderr: impl Read + Send + 'static) -> Listening {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let _ = stderr.by_ref().take(COMPLAINT).read_to_end(&mut kept);
        let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        String::from_utf8_lossy(&kept).into_owned()
    })
}

fn heard(listening: Listening) -> String {
    listening.join().unwrap_or_default()
}
