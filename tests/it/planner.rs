//! The planner: tables of its rules, and random wishes and answers against all five models.

mod access;
mod accounts;
mod build;
mod guardrails;
mod models;
mod moves;
mod properties;
mod scenario;
mod simulator;
