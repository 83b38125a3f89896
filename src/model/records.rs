//! Where the run lock and the audit log are kept, and for how long, as `records` of the project
//! file writes it. Pure: nothing is opened here.

use std::path::{Path, PathBuf};

use url::{Host, Url};

/// `records` of the project file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSettings {
    /// Where.
    pub place: Place,
    /// Runs of the audit log that ended longer ago than so many days are taken away; none for
    /// never.
    pub keep_days: Option<u32>,
}

/// The folder of records beside the project file, where it names no other place.
pub const DEFAULT_FOLDER: &str = ".beadle";

/// Who runs an object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Amazon S3, or what speaks like it.
    S3,
    /// Azure Blob Storage.
    Azure,
    /// Google Cloud Storage.
    Google,
}

/// A place of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A bucket (Azure: a container) and the names before ours in it, without slashes at the ends.
    Bucket {
        /// Whose.
        provider: Provider,
        /// Which.
        bucket: String,
        /// Empty for none.
        prefix: String,
    },
}

/// What is wrong with the address of a place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// Credentials do not belong into a file.
    #[error(
        "it holds a user name, a password or something after a `?` or a `#`; credentials come from the environment"
    )]
    Secret,
    /// Another scheme.
    #[error("`{0}` is none of `s3://`, `az://`, `gs://` and `file://`, and no path")]
    Scheme(String),
    /// No bucket, or a name that no key may have.
    #[error("it names no {0}")]
    Missing(&'static str),
}

impl Place {
    /// Reads an address; a path is taken from `root`.
    ///
    /// # Errors
    /// When it is no place, or holds what may be a secret.
    pub fn parse(text: &str, root: &Path) -> Result<Self, PlaceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PlaceError::Empty);
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return Ok(Self::Folder(root.join(text)));
        };
        let provider = match scheme {
            "s3" => Some(Provider::S3),
            "az" => Some(Provider::Azure),
            "gs" => Some(Provider::Google),
            "file" => None,
            other => return Err(PlaceError::Scheme(other.to_owned())),
        };
        let url = Url::parse(text).map_err(|_| PlaceError::Missing("place"))?;
        let secret = !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some();
        if secret {
            return Err(PlaceError::Secret);
        }
        let Some(provider) = provider else {
            let path = url.to_file_path();
            return path
                .map(Self::Folder)
                .map_err(|()| PlaceError::Missing("folder of this machine"));
        };
        let bucket = match url.host() {
            Some(Host::Domain(name)) if url.port().is_none() => name.to_owned(),
            _ => return Err(PlaceError::Missing("bucket")),
        };
        let prefix = url.path().trim_matches('/').to_owned();
        if !prefix.is_empty() && !is_key(&prefix) {
            return Err(PlaceError::Missing(
                "folder of letters, digits, `.`, `-` and `_` in the bucket",
            ));
        }
        Ok(Self::Bucket {
            provider,
            bucket,
            prefix,
        })
    }
}

/// Whether a key is one that is written: no way out of the place, and no name that a file system
/// refuses.
#[must_use]
pub fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key.split('/').all(|name| {
            !name.is_empty()
                && !name.starts_with('.')
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_inside() {
        for good in ["lock/project/00000001.json", "audit/1-a/000001.jsonl"] {
            assert!(is_key(good), "{good}");
        }
        for bad in [
            "", "/etc", "a//b", "../a", "a/../b", ".x", "a/", "a b", "a\\b",
        ] {
            assert!(!is_key(bad), "{bad}");
        }
    }

    fn parse(text: &str) -> Result<Place, PlaceError> {
        Place::parse(text, Path::new("/trust"))
    }

    #[test]
    fn places_are_folders_and_buckets() {
        assert_eq!(parse("records"), Ok(Place::Folder("/trust/records".into())));
        assert_eq!(parse("file:///srv/r"), Ok(Place::Folder("/srv/r".into())));
        assert_eq!(
            parse("s3://bucket/beadle/north/"),
            Ok(Place::Bucket {
                provider: Provider::S3,
                bucket: "bucket".to_owned(),
                prefix: "beadle/north".to_owned(),
            })
        );
        assert!(matches!(
            parse("az://box"),
            Ok(Place::Bucket { provider: Provider::Azure, prefix, .. }) if prefix.is_empty()
        ));
        assert!(matches!(
            parse("gs://box"),
            Ok(Place::Bucket {
                provider: Provider::Google,
                ..
            })
        ));
    }

    #[test]
    fn secrets_and_strangers_are_refused() {
        for secret in [
            "s3://key:word@bucket/x",
            "az://box?sig=abc",
            "gs://b#x",
            "s3://k@b",
        ] {
            assert_eq!(parse(secret), Err(PlaceError::Secret), "{secret}");
        }
        assert_eq!(parse(" "), Err(PlaceError::Empty));
        assert_eq!(parse("ftp://x"), Err(PlaceError::Scheme("ftp".to_owned())));
        for missing in ["s3://", "s3:///x", "s3://bucket:80/x", "s3://bucket/a%2fb"] {
            assert!(
                matches!(parse(missing), Err(PlaceError::Missing(_))),
                "{missing}"
            );
        }
    }
}
