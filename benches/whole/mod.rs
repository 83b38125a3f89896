//! What `end_to_end` is made of beside the workloads: running whole programs, and the floor.

pub(crate) mod floor;
pub(crate) mod measure;
