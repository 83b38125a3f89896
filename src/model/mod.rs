//! Plain data: the words of the domain and nothing that does anything to the world. Every other
//! floor stands on this one and none of them knows another.

pub mod access;
pub mod call_keys;
pub mod day;
pub mod desired;
pub mod diagnostic;
pub mod explanation;
pub mod finding_codes;
pub mod hidden;
pub mod listing_count;
pub mod live;
pub mod movement;
pub mod name;
pub mod nearest;
pub mod next;
pub mod outcome;
pub mod owner;
pub mod pattern;
pub mod plan;
pub mod plan_document;
pub mod policy;
pub mod records;
mod remark;
pub mod review;
pub mod rules;
mod save;
mod sentences;
pub mod settings;
pub mod shard;
pub mod snapshot;
pub mod snapshot_changes;
pub mod source;
pub mod steps;
pub mod undo;
pub mod worklist;
pub mod written;
