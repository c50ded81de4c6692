//! `polaris tenant create`

use clap::Args;
use polaris_core::platform::tenants::Copied;
use polaris_core::types::InviteBy;
use polaris_core::{Error, NewTenant, NewUser};

use crate::app::App;
use crate::commands::people::{NO_MAIL, ON_ITS_WAY, address_of_links, hand_over};
use crate::failure::Failure;
use crate::view::CreatedView;

/// create a tenant: its database, a copy of the reference data, its first API key
#[derive(Debug, Args)]
#[command(after_help = "example:\n  polaris tenant create hmsd --name \"Hickman Mills\" --feature recruitment=on\n\n\
                  example:\n  polaris tenant create north --name North --admin-email kim@example.org \\\n      --admin-first-name Kim --admin-last-name Hart")]
pub(crate) struct CreateArgs {
    /// its name in addresses and file names: 1 to 50 of a-z, 0-9 and hyphens; never changes
    #[arg(allow_hyphen_values = true)]
    slug: String,
    /// its name for people
    #[arg(long)]
    name: String,
    /// the school district it stands for; its schools are copied where the reference data knows it
    #[arg(long)]
    district: Option<String>,
    /// its IANA time zone [default: America/Chicago]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// a feature that differs from the defaults, such as events=off; may be given again
    #[arg(long = "feature", value_name = "NAME=on|off", value_parser = feature)]
    features: Vec<(String, bool)>,
    /// the e-mail of its first admin, who gets a mail to set a password
    #[arg(long, value_name = "EMAIL", requires_all = ["admin_first_name", "admin_last_name"])]
    admin_email: Option<String>,
    /// the first admin's first name
    #[arg(long, value_name = "NAME", requires = "admin_email")]
    admin_first_name: Option<String>,
    /// the first admin's last name
    #[arg(long, value_name = "NAME", requires = "admin_email")]
    admin_last_name: Option<String>,
    /// what the first admin may log in with instead of the e-mail
    #[arg(long, value_name = "NAME", requires = "admin_email")]
    admin_username: Option<String>,
    /// show a link to hand over to the first admin, where no mail reaches them
    #[arg(long, requires = "admin_email")]
    admin_link: bool,
}

fn feature(text: &str) -> Result<(String, bool), String> {
    match text.split_once('=') {
        Some((name, "on")) => Ok((name.to_owned(), true)),
        Some((name, "off")) => Ok((name.to_owned(), false)),
        _ => Err("write the feature's name and on or off, such as events=off".to_owned()),
    }
}

pub(crate) fn run(args: &CreateArgs, app: &mut App<'_>) -> Result<(), Failure> {
    app.printer.can_be_read("the API key")?;
    let mut draft =
        NewTenant { district: args.district.clone(), time_zone: args.time_zone.clone(), ..NewTenant::new(&args.slug, &args.name) };
    for (name, on) in &args.features {
        if draft.features.insert(name.clone(), *on).is_some() {
            return Err(Error::bad_request("features", format!("names `{name}` more than once")).into());
        }
    }
    draft.first_admin = args.admin_email.as_ref().map(|email| NewUser {
        email: email.clone(),
        username: args.admin_username.clone(),
        first_name: args.admin_first_name.clone().unwrap_or_default(),
        last_name: args.admin_last_name.clone().unwrap_or_default(),
        invite: args.admin_link.then(|| InviteBy::Link.to_string()),
        ..NewUser::default()
    });
    let created = app.platform()?.tenants().create(draft)?;
    let program = app.program();
    let address = address_of_links(app, &format!("tenants/{}", created.tenant.slug));
    app.printer.answer(&CreatedView::from(&created), |page| {
        let slug = &created.tenant.slug;
        page.line(format_args!("created the tenant {slug} ({})", created.tenant.name));
        page.line(copied(&created.copied));
        page.secret("its API key for the district's website", created.api_key.reveal());
        if let Some(admin) = &created.first_admin {
            page.line(format_args!("created user {}: {} {} (admin)", admin.user.id, admin.user.first_name, admin.user.last_name));
            if let Some(link) = &admin.invitation {
                if !args.admin_link {
                    page.line(NO_MAIL);
                }
                hand_over(page, link, &address);
            }
            if admin.mailed {
                page.line(ON_ITS_WAY);
            }
        }
        page.next(format_args!(
            "{program} event create {slug} --title \"Career Day\" --starts-at 2027-03-04T09:00 --location \"Main gym\""
        ));
    })
}

fn copied(copied: &Copied) -> String {
    let what = format!("{} schools, {} skills, {} career types", copied.schools, copied.skills, copied.career_types);
    match copied.district_known {
        Some(false) => format!("copied {what}: the reference data doesn't know this district, so no schools came along"),
        _ => format!("copied {what} from the reference data"),
    }
}
