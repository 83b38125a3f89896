//! A bucket at Amazon, Azure or Google, or at what speaks like one of them. Only conditional
//! creation is asked of it, which all have. TLS by ring like every other call of ours, no
//! redirects; credentials are handed in and shown nowhere.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::client::{HttpClient, HttpConnector};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientConfigKey, ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode,
    PutPayload, RetryConfig,
};
use url::{Host, Url};

use crate::model::records::{Provider, is_key};

use super::store::{Created, Entry, LARGEST_OBJECT, MOST_OBJECTS, Store, StoreError};

/// How long one call may take. Far below the lease of the run lock.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long a call is tried again for.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a bucket is reached.
#[derive(Clone)]
pub struct Options {
    /// Whose it is.
    pub provider: Provider,
    /// Which.
    pub bucket: String,
    /// What stands before our keys; empty for nothing.
    pub prefix: String,
    /// The provider's usual variables, such as `AWS_REGION`, with their values.
    pub variables: Vec<(String, String)>,
}

/// A bucket.
pub struct Cloud {
    store: Arc<dyn ObjectStore>,
    prefix: String,
    place: String,
}

impl fmt::Debug for Cloud {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cloud({})", self.place)
    }
}

impl Options {
    /// The names of variables with this beginning are asked for.
    #[must_use]
    pub fn variables_of(provider: Provider) -> &'static str {
        match provider {
            Provider::S3 => "AWS_",
            Provider::Azure => "AZURE_",
            Provider::Google => "GOOGLE_",
        }
    }

    fn place(&self) -> String {
        let scheme = match self.provider {
            Provider::S3 => "s3",
            Provider::Azure => "az",
            Provider::Google => "gs",
        };
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        format!("`{scheme}://{}{slash}{}`", self.bucket, self.prefix)
    }
}

impl Cloud {
    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// When the variables do not make a client, or name an endpoint without TLS.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let place = options.place();
        let failed = |message: String| StoreError::Place {
            place: place.clone(),
            message,
        };
        let plain = plain_endpoint(&options.variables).map_err(&failed)?;
        let store = build(options, plain).map_err(|error| failed(shown(&error)))?;
        Ok(Self {
            store,
            prefix: options.prefix.clone(),
            place,
        })
    }

    fn path(&self, key: &str) -> Result<Path, StoreError> {
        let key_alone = key.strip_suffix('/').unwrap_or(key);
        if !is_key(key_alone) {
            return Err(self.failed(key, "is not a name for a record".to_owned()));
        }
        Ok(match self.prefix.as_str() {
            "" => Path::from(key_alone),
            prefix => Path::from(format!("{prefix}/{key_alone}")),
        })
    }

    fn failed(&self, key: &str, message: String) -> StoreError {
        StoreError::Object {
            place: self.place.clone(),
            key: key.to_owned(),
            message,
        }
    }
}

#[async_trait]
impl Store for Cloud {
    /// A conditional write whose answer was lost is answered with "exists" when it is repeated, so
    /// what is there decides: it is ours when it is the same bytes.
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let path = self.path(key)?;
        let payload = PutPayload::from(bytes.to_vec());
        let put = self.store.put_opts(&path, payload, PutMode::Create.into());
        let error = match put.await {
            Ok(_) => return Ok(Created::Yes),
            Err(error) => error,
        };
        match self.read(key).await {
            Ok(Some(there)) if there == bytes => Ok(Created::Yes),
            Ok(Some(_)) => Ok(Created::Exists),
            Ok(None) | Err(_) => Err(self.failed(key, shown(&error))),
        }
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(key)?;
        let failed = |error: Error| self.failed(key, shown(&error));
        let found = match self.store.get(&path).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let too_large = || self.failed(key, format!("is larger than {LARGEST_OBJECT} bytes"));
        if found.meta.size > LARGEST_OBJECT {
            return Err(too_large());
        }
        // What is announced need not be what comes.
        let mut bytes = Vec::new();
        let mut parts = found.into_stream();
        while let Some(part) = parts.try_next().await.map_err(failed)? {
            if bytes.len() as u64 + part.len() as u64 > LARGEST_OBJECT {
                return Err(too_large());
            }
            bytes.extend_from_slice(&part);
        }
        Ok(Some(bytes))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        let path = self.path(prefix)?;
        let failed = |error: Error| self.failed(prefix, shown(&error));
        let mut listed = self.store.list(Some(&path));
        let mut found = Vec::new();
        while let Some(meta) = listed.try_next().await.map_err(failed)? {
            if found.len() >= MOST_OBJECTS {
                return Err(self.failed(prefix, "holds too many objects".to_owned()));
            }
            let whole = meta.location.as_ref();
            let key = whole.strip_prefix(&self.prefix).unwrap_or(whole);
            let milliseconds = meta.last_modified.timestamp_millis();
            found.push(Entry {
                key: key.trim_start_matches('/').to_owned(),
                size: meta.size,
                modified: Timestamp::from_millisecond(milliseconds)
                    .unwrap_or(Timestamp::UNIX_EPOCH),
            });
        }
        found.sort();
        Ok(found)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key)?;
        match self.store.delete(&path).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed(key, shown(&error))),
        }
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

fn build(options: &Options, plain: bool) -> object_store::Result<Arc<dyn ObjectStore>> {
    let bucket = options.bucket.as_str();
    let variables = options.variables.iter();
    let variables = variables.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let client = ClientOptions::new()
        .with_timeout(TIMEOUT)
        .with_connect_timeout(TIMEOUT)
        .with_allow_http(plain);
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 4,
        retry_timeout: PATIENCE,
    };
    Ok(match options.provider {
        Provider::S3 => {
            let mut builder = AmazonS3Builder::new();
            for (name, value) in variables {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let builder = builder.with_bucket_name(bucket).with_client_options(client);
            Arc::new(
                builder
                    .with_retry(retry)
                    .with_http_connector(Ring)
                    .build()?,
            )
        }
        Provider::Azure => {
            let mut builder = MicrosoftAzureBuilder::new();
            for (name, value) in variables {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let builder = builder
                .with_container_name(bucket)
                .with_client_options(client);
            Arc::new(
                builder
                    .with_retry(retry)
                    .with_http_connector(Ring)
                    .build()?,
            )
        }
        Provider::Google => {
            let mut builder = GoogleCloudStorageBuilder::new();
            for (name, value) in variables {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let builder = builder.with_bucket_name(bucket).with_client_options(client);
            Arc::new(
                builder
                    .with_retry(retry)
                    .with_http_connector(Ring)
                    .build()?,
            )
        }
    })
}

/// Whether the endpoint is this machine without TLS, which is allowed to it alone.
fn plain_endpoint(variables: &[(String, String)]) -> Result<bool, String> {
    let mut plain = false;
    for (name, value) in variables {
        let Some(url) = value
            .starts_with("http://")
            .then(|| Url::parse(value).ok())
            .flatten()
        else {
            continue;
        };
        if !name.contains("ENDPOINT") {
            continue;
        }
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if !here {
            return Err(format!(
                "`{name}` must begin with `https://`; plain `http` is allowed to this machine only"
            ));
        }
        plain = true;
    }
    Ok(plain)
}

/// What the service said, on one line and not for ever.
fn shown(error: &Error) -> String {
    let whole = error.to_string();
    let line: String = whole.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(400).collect()
}

/// Connections as everywhere in this program.
#[derive(Debug)]
struct Ring;

impl HttpConnector for Ring {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        // An error says that a provider has been installed before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plain = options
            .get_config_value(&ClientConfigKey::AllowHttp)
            .is_some_and(|value| value == "true");
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("beadle/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .https_only(!plain)
            .connect_timeout(TIMEOUT)
            .timeout(TIMEOUT);
        if plain {
            // This machine, or its cloud's own source of credentials: no way through a proxy, and
            // a system without certificates is no hindrance.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| Error::Generic {
            store: "bucket",
            source: Box::new(error),
        })?;
        Ok(HttpClient::new(client))
    }
}
