//! Whether what a file says is a worklist. The file may have been edited, or come from anywhere:
//! whatever is used later must hold here. It reads no file.

use std::collections::BTreeSet;

use super::{WORKLIST_BYTES, Worklist};

/// Why something is not a worklist that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAWorklist {
    /// Larger than any that is written.
    #[error("it is larger than 8 MiB")]
    TooLarge,
    /// Not JSON of the schema.
    #[error("it is not a worklist: {0}")]
    Form(String),
    /// Written by another version.
    #[error("its format is {0}; this version reads format 1")]
    Format(u32),
    /// It is about another organisation or portal.
    #[error("it is of `{organisation}` at `{portal}`")]
    Elsewhere {
        /// The organisation in it.
        organisation: String,
        /// The portal in it.
        portal: String,
    },
    /// What a step does is not what its id was made from.
    #[error("step {0} has been edited: its id does not agree with what it does")]
    Edited(u32),
    /// Steps are not numbered from 1, in order.
    #[error("its steps are not numbered from 1, in order")]
    Numbers,
    /// Two steps have one id.
    #[error("two of its steps have the id `{0}`")]
    Twice(String),
}

impl Worklist {
    /// Reads a worklist of one organisation at one portal from the bytes of a file.
    ///
    /// # Errors
    /// [`NotAWorklist`] when it is none, is of somebody else, or has been edited.
    pub fn read(bytes: &[u8], portal: &str, organisation: &str) -> Result<Self, NotAWorklist> {
        if bytes.len() as u64 > WORKLIST_BYTES {
            return Err(NotAWorklist::TooLarge);
        }
        let worklist: Self =
            serde_json::from_slice(bytes).map_err(|error| NotAWorklist::Form(error.to_string()))?;
        if worklist.format != 1 {
            return Err(NotAWorklist::Format(worklist.format));
        }
        if worklist.portal != portal || worklist.organisation != organisation {
            return Err(NotAWorklist::Elsewhere {
                organisation: worklist.organisation,
                portal: worklist.portal,
            });
        }
        worklist.check_steps()?;
        Ok(worklist)
    }

    fn check_steps(&self) -> Result<(), NotAWorklist> {
        let mut ids = BTreeSet::new();
        for (number, step) in (1..).zip(self.steps()) {
            if step.number != number {
                return Err(NotAWorklist::Numbers);
            }
            if step.id != self.id_of(step) {
                return Err(NotAWorklist::Edited(number));
            }
            if !ids.insert(step.id.as_str()) {
                return Err(NotAWorklist::Twice(step.id.clone()));
            }
        }
        Ok(())
    }
}
