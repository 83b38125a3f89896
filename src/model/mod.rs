//! Plain data: the words of the domain and nothing that does anything to the world. Every other
//! floor stands on this one and none of them knows another.

pub mod day;
pub mod desired;
pub mod diagnostic;
pub mod live;
pub mod name;
pub mod nearest;
pub mod outcome;
pub mod plan;
pub mod plan_document;
pub mod policy;
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
pub mod worklist;
