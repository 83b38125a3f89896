//! The planner: tables of its rules, and random wishes and answers against all five models.

mod build;
mod models;
mod properties;
mod scenario;
mod simulator;
