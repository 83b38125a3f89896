//! Places keep the same contract: exactly one creates, nothing escapes, what is written is private.

use std::sync::Arc;

use beadle::record::{Clock, Created, Folder, Memory, Store};

use super::rig::Hand;
#[cfg(unix)]
use crate::support::{University, err, out};

pub(crate) async fn keeps_the_contract(store: Arc<dyn Store>) {
    assert_eq!(store.create("a/b/1.json", b"one").await, Ok(Created::Yes));
    assert_eq!(
        store.create("a/b/1.json", b"two").await,
        Ok(Created::Exists)
    );
    assert_eq!(store.read("a/b/1.json").await.unwrap().unwrap(), b"one");
    assert_eq!(store.read("a/b/2.json").await.unwrap(), None);
    assert_eq!(store.create("a/2.json", b"").await, Ok(Created::Yes));
    let keys = |listed: Vec<beadle::record::Entry>| -> Vec<(String, u64)> {
        listed.into_iter().map(|one| (one.key, one.size)).collect()
    };
    let all = keys(store.list("a/").await.unwrap());
    assert_eq!(
        all,
        [("a/2.json".to_owned(), 0), ("a/b/1.json".to_owned(), 3)]
    );
    assert_eq!(keys(store.list("a/b/").await.unwrap()).len(), 1);
    assert!(store.list("nothing/").await.unwrap().is_empty());
    store.delete("a/b/1.json").await.unwrap();
    store.delete("a/b/1.json").await.unwrap();
    assert_eq!(store.read("a/b/1.json").await.unwrap(), None);

    let racing = (0..16_u8).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.create("race/1.json", &[number; 1000]).await.unwrap() })
    });
    let racing: Vec<_> = racing.collect();
    let mut won = 0;
    for one in racing {
        won += usize::from(one.await.unwrap() == Created::Yes);
    }
    assert_eq!(won, 1);
    let there = store.read("race/1.json").await.unwrap().unwrap();
    assert!(there.len() == 1000 && there.iter().all(|byte| *byte == there[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_and_folder_keep_the_same_contract() {
    keeps_the_contract(Arc::new(Memory::new(Hand::new() as Arc<dyn Clock>))).await;
    let folder = tempfile::tempdir().unwrap();
    keeps_the_contract(Arc::new(Folder::new(folder.path().join("records")))).await;
}

#[tokio::test]
async fn a_folder_is_private_ignored_by_git_and_left_by_no_key() {
    let outside = tempfile::tempdir().unwrap();
    let root = outside.path().join(".beadle");
    let folder = Folder::new(&root);
    for bad in ["../x", "/x", "a/../../x", "", ".gitignore", "a//b"] {
        assert!(folder.create(bad, b"x").await.is_err(), "{bad}");
        assert!(folder.read(bad).await.is_err(), "{bad}");
        assert!(folder.delete(bad).await.is_err(), "{bad}");
    }
    folder
        .create("audit/1/000001.jsonl", b"line\n")
        .await
        .unwrap();
    // What was there and is gone is missed, not begun anew.
    let gone = folder.append("audit/1/000002.jsonl", b"a\n").await;
    assert!(gone.is_err());
    folder.create("audit/1/000002.jsonl", b"a\n").await.unwrap();
    folder.append("audit/1/000002.jsonl", b"b\n").await.unwrap();
    folder.cut("audit/1/000002.jsonl", 2).await.unwrap();
    let kept = folder.read("audit/1/000002.jsonl").await.unwrap().unwrap();
    assert_eq!(kept, b"a\n");
    let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap();
    assert!(ignored.ends_with("*\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| {
            let about = std::fs::metadata(root.join(path)).unwrap();
            about.permissions().mode() & 0o777
        };
        for folder in ["", "audit", "audit/1"] {
            assert_eq!(mode(folder), 0o700, "{folder}");
        }
        for file in ["audit/1/000001.jsonl", "audit/1/000002.jsonl"] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
    }
}

/// Whoever opens a pipe waits for whoever writes to it.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_neither_waited_for_nor_followed() {
    use std::fs;
    let university = University::start();
    assert!(university.run("apply", &["--yes"]).status.success());
    let records = university.folder.path().join(".beadle");
    let run = fs::read_dir(records.join("audit")).unwrap().next().unwrap();
    let pipe = |path: &std::path::Path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    };
    let said = |arguments: &[&str], wanted: &str| {
        let output = university.beadle().args(arguments).output().unwrap();
        let said = format!("{}{}", out(&output), err(&output));
        assert!(said.contains(wanted), "{arguments:?}: {said}");
        output.status.code()
    };
    let part = run.unwrap().path().join("000002.jsonl");
    pipe(&part);
    let wanted = "is no file";
    assert_eq!(said(&["audit", "verify"], wanted), Some(1));
    assert_eq!(said(&["audit", "show"], wanted), Some(1));
    fs::remove_file(&part).unwrap();
    let people = records.join("people/x.jsonl");
    pipe(&people);
    assert_eq!(said(&["audit", "verify"], wanted), Some(1));
    fs::remove_file(&people).unwrap();
    let counts = records.join("counts/x.json");
    pipe(&counts);
    assert_eq!(said(&["plan"], wanted), Some(0));
    assert_eq!(said(&["apply", "--yes"], wanted), Some(1));
    fs::remove_file(&counts).unwrap();
    let outside = university.folder.path().join("outside.json");
    fs::write(&outside, "{}").unwrap();
    std::os::unix::fs::symlink(&outside, &counts).unwrap();
    assert_eq!(said(&["apply", "--yes"], wanted), Some(1));
}
