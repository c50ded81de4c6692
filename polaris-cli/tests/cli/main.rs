//! The real binary, run as people and programs run it. Each test has a directory of its own and stops only what it started.

#![allow(clippy::unwrap_used, missing_docs)]

mod asked;
mod audit;
mod commands;
mod demo;
mod deploy;
mod help;
mod input;
mod keys;
mod maintenance;
mod people;
mod progress;
mod pty;
mod reference;
mod refusals;
mod scenes;
mod scrub;
mod serve;
mod settings;
mod shells;
mod support;
mod terminal;
mod trash;
mod tree;
