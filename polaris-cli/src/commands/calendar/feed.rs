//! `polaris calendar feed …`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use polaris_core::types::FeedId;
use polaris_core::{CalendarFeed, NewCalendarFeed};

use crate::app::App;
use crate::commands::tenant::list::Paging;
use crate::confirm::agreed;
use crate::failure::Failure;
use crate::plain::plain;
use crate::view::{CreatedFeedView, FeedView, PageView, standing};

#[derive(Debug, Subcommand)]
pub(crate) enum FeedCommand {
    Create(CreateArgs),
    List(ListArgs),
    Revoke(RevokeArgs),
}

/// Runs the command that was typed.
pub(super) fn run(command: &FeedCommand, app: &mut App<'_>) -> Result<(), Failure> {
    match command {
        FeedCommand::Create(args) => create(args, app),
        FeedCommand::List(args) => list(args, app),
        FeedCommand::Revoke(args) => revoke(args, app),
    }
}

/// make a secret address at which a user's calendar program reads all events; it is shown this once
///
/// It shows what the user may see, and ends when they are deactivated.
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris calendar feed create kckps --user pat@example.org --name Phone")]
pub(crate) struct CreateArgs {
    /// the tenant's slug
    tenant: String,
    /// whose it is: a user's number, e-mail or username
    #[arg(long, value_name = "USER")]
    user: String,
    /// what it is for [default: Calendar]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// list a tenant's calendar feeds, without their secrets
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris calendar feed list kckps")]
pub(crate) struct ListArgs {
    /// the tenant's slug
    tenant: String,
    #[command(flatten)]
    paging: Paging,
}

/// end a calendar feed at once
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris calendar feed create kckps --user 1\n  polaris calendar feed revoke kckps 1 --yes")]
pub(crate) struct RevokeArgs {
    /// the tenant's slug
    tenant: String,
    /// the feed's number
    feed: i64,
    /// don't ask
    #[arg(long)]
    yes: bool,
}

fn create(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.can_be_read("the address")?;
    let draft = NewCalendarFeed { name: args.name.clone(), user: Some(args.user.clone()) };
    let created = app.tenant(&args.tenant)?.calendar().feeds().create(draft)?;
    let server = app.settings.public_url.clone();
    let view = CreatedFeedView::of(&created, server.as_deref());
    app.printer.answer(&view, |page| {
        let what = if server.is_some() { "the address" } else { "the path of the address on your server" };
        let feed = &created.feed;
        page.secret(&format!("{what} of calendar feed {} of {}", feed.id, plain(&feed.user_name)), view.address());
        page.line("whoever has it sees all events: add it to the calendar program as a subscription");
    })
}

fn list(args: &ListArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let feeds = app.tenant(&args.tenant)?.calendar().feeds().list(args.paging.request()?)?;
    let program = app.program();
    app.printer.answer(&PageView::<FeedView>::of(&feeds), |page| {
        if feeds.items.is_empty() {
            page.line("no calendar feeds here");
            page.next(format_args!("{program} calendar feed create {} --help", args.tenant));
        } else {
            page.table(&["id", "name", "user", "made", "last read"], feeds.items.iter().map(row));
        }
        standing(&feeds).into_iter().for_each(|line| page.line(line));
    })
}

fn revoke(args: &RevokeArgs, app: &mut App<'_>) -> Result<(), Failure> {
    let tenant = app.tenant(&args.tenant)?;
    agreed(app, args.yes, &format!("ends calendar feed {} at once, for whoever reads it", args.feed))?;
    let feed = tenant.calendar().feeds().revoke(FeedId::new(args.feed))?;
    app.printer.answer(&FeedView::from(&feed), |page| {
        page.line(format_args!("revoked calendar feed {} ({}) of {}", feed.id, plain(&feed.name), plain(&feed.user_name)));
    })
}

fn row(feed: &CalendarFeed) -> Vec<String> {
    let hour = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    vec![
        feed.id.to_string(),
        feed.name.clone(),
        feed.user_name.clone(),
        hour(feed.created_at),
        feed.last_used_at.map_or_else(|| "never".to_owned(), hour),
    ]
}
