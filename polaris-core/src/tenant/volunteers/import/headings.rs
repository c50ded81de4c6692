//! Which field a column's name means, as spreadsheets, forms and other programs spell it.

use super::ImportField;
use super::spellings::{LEADING, SPELLINGS, TRAILING, WHOLE_NAMES};
use crate::types::fold::fold;

/// What a column may be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field, and how far down its list of spellings this one stands.
    Field(ImportField, usize),
    /// First and last name in one.
    WholeName,
}

/// What a column of this name is likely to hold.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let words = words(name);
    let mut words: &[String] = &words;
    loop {
        let joined = words.concat();
        if joined.is_empty() || joined.len() > 40 {
            return None;
        }
        for (field, spellings) in SPELLINGS {
            if let Some(rank) = spellings.iter().position(|spelling| *spelling == joined) {
                return Some(Meaning::Field(*field, rank));
            }
        }
        if WHOLE_NAMES.contains(&joined.as_str()) {
            // "Name (First)", as some forms write it.
            return Some(match bracketed(name).as_str() {
                "first" => Meaning::Field(ImportField::FirstName, LEAST_LIKELY),
                "last" => Meaning::Field(ImportField::LastName, LEAST_LIKELY),
                _ => Meaning::WholeName,
            });
        }
        words = match words {
            [first, rest @ ..] if LEADING.contains(&first.as_str()) => rest,
            [rest @ .., last] if TRAILING.contains(&last.as_str()) => rest,
            _ => return None,
        };
    }
}

/// How far down a list of spellings one stands that is on none.
const LEAST_LIKELY: usize = usize::MAX;

/// What stands in brackets at the end of a name.
fn bracketed(name: &str) -> String {
    let inside = name.trim_end().strip_suffix([')', ']']).and_then(|name| name.rsplit_once(['(', '[']));
    inside.map(|(_, inside)| fold(inside)).unwrap_or_default()
}

/// The words of a name: `FirstName`, `first_name` and `First Name*` have the same two. What stands in brackets is left out.
fn words(name: &str) -> Vec<String> {
    let mut apart = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    let mut depth = 0_u32;
    // A question may be long; what it is about stands in the first line.
    for character in name.trim().chars().take_while(|character| *character != '\n').take(200) {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            // "Don't" and "what's" are written with and without.
            '\'' | '’' => {}
            _ if depth > 0 => {}
            character if character.is_alphanumeric() => {
                if character.is_uppercase() && before.is_lowercase() {
                    apart.push(' ');
                }
                apart.push(character);
            }
            _ => apart.push(' '),
        }
        before = character;
    }
    fold(&apart).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ImportField::*;

    /// As programs and people really spell them.
    const SEEN: &[(ImportField, &[&str])] = &[
        (
            FirstName,
            &[
                "First Name",
                "first_name",
                "FIRST NAME",
                "FirstName",
                "firstname",
                "First",
                "fname",
                "Given Name",
                "given-name",
                "Forename",
                "First Name*",
                "First name (required)",
                "What is your first name?",
                "Your First Name",
                "Volunteer First Name",
                "Contact: First Name",
                "Contact First Name",
                "Legal First Name",
                "Vorname",
                "Prénom",
                "\u{FEFF}First Name",
                " first  name ",
                "Name - First",
                "First Name:",
                "1st Name",
                "Name (First)",
                "Your name [first]",
            ],
        ),
        (
            LastName,
            &[
                "Last Name",
                "last_name",
                "LastName",
                "Last",
                "lname",
                "Surname",
                "Family Name",
                "family_name",
                "Last name?",
                "Your last name",
                "Volunteer Last Name",
                "Contact: Last Name",
                "Name - Last",
                "Nachname",
                "Apellidos",
                "LAST_NAME",
                "Last Name *",
                "Name (Last)",
            ],
        ),
        (
            Email,
            &[
                "Email",
                "E-mail",
                "e-mail address",
                "E-mail Address",
                "Email Address",
                "email_address",
                "EmailAddress",
                "EMAIL",
                "Mail",
                "E-Mail 1 - Value",
                "Work Email",
                "Personal E-mail",
                "Contact Email",
                "Email ID",
                "Your e-mail",
                "What is your email address?",
                "Primary Email",
                "Email (work)",
                "Volunteer: Email",
                "npe01__WorkEmail__c",
                "Preferred Email",
            ],
        ),
        (
            Phone,
            &[
                "Phone",
                "Phone Number",
                "phone_number",
                "Telephone",
                "Tel.",
                "Mobile",
                "Mobile Phone",
                "Cell",
                "Cell Phone",
                "Cell #",
                "Phone #",
                "Phone 1 - Value",
                "Home Phone",
                "Work Phone",
                "Business Phone",
                "Contact Number",
                "Best phone number",
                "PhoneNumber",
                "Daytime Phone",
                "Tel. No.",
                "Phone (cell)",
            ],
        ),
        (
            Organization,
            &[
                "Organization",
                "Organisation",
                "Organization Name",
                "Company",
                "Company Name",
                "Company / Organization",
                "Employer",
                "Account Name",
                "Business Name",
                "Place of Employment",
                "Affiliation",
                "Current Employer",
                "org",
                "Your company/organization",
            ],
        ),
        (
            Title,
            &[
                "Title",
                "Job Title",
                "job_title",
                "JobTitle",
                "Position",
                "Role",
                "Occupation",
                "Current Job Title",
                "Your job title",
                "Profession",
            ],
        ),
        (CareerType, &["Career Type", "career_type", "Career Cluster", "Career", "Industry", "Career Field"]),
        (
            Skills,
            &[
                "Skills",
                "Skill Set",
                "Areas of Expertise",
                "Skills & Interests",
                "Skills and interests",
                "GW_Volunteers__Volunteer_Skills__c",
                "Please list your skills",
                "Special Skills",
            ],
        ),
        (City, &["City", "Mailing City", "City/Town", "Home City", "Town", "Address City"]),
        (State, &["State", "State/Province", "Mailing State/Province", "Mailing State", "Province", "State / Region"]),
        (
            PostalCode,
            &[
                "Zip",
                "ZIP Code",
                "zip_code",
                "Postal Code",
                "postal_code",
                "Postcode",
                "Mailing Zip/Postal Code",
                "Zip/Postal Code",
                "ZIP",
                "Home Zip Code",
            ],
        ),
        (Notes, &["Notes", "Comments", "Comment", "Remarks", "Additional Comments", "Additional information"]),
        (EmailOptOut, &["Email Opt Out", "email_opt_out", "HasOptedOutOfEmail", "Unsubscribed", "Opt-out", "Email Opt-Out"]),
        (DoNotContact, &["Do Not Contact", "do_not_contact", "DoNotContact", "Don't contact"]),
        (Status, &["Status", "Active", "Volunteer Status", "status"]),
    ];

    #[test]
    fn columns_are_recognised_in_the_spellings_of_spreadsheets_forms_and_other_programs() {
        let mut seen = 0;
        for (field, names) in SEEN {
            for name in *names {
                assert!(matches!(meaning(name), Some(Meaning::Field(found, _)) if found == *field), "{name}: {:?}", meaning(name));
                seen += 1;
            }
        }
        assert!(seen >= 120, "{seen}");
    }

    #[test]
    fn what_means_somebody_or_something_else_is_taken_for_nothing() {
        for name in [
            "",
            " ",
            "Emergency contact phone",
            "Emergency Contact Name",
            "Parent email",
            "Middle Name",
            "Timestamp",
            "Date",
            "Event",
            "Event Title",
            "Slot",
            "Hours",
            "Username",
            "Student First Name",
            "Company contact",
            "Email status",
            "Birthday",
            "Address",
            "Street",
            "Id",
            "Gender",
            "Volunteer",
            "Contact",
            "Teacher",
            "T-shirt size",
            "Number",
            "School",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
        for name in [
            "Name",
            "Full Name",
            "Name (first and last)",
            "full_name",
            "Volunteer Name",
            "Your name",
            "First and Last Name",
            "First & Last Name",
        ] {
            assert_eq!(meaning(name), Some(Meaning::WholeName), "{name}");
        }
    }

    #[test]
    fn each_field_is_recognised_under_its_own_name() {
        for field in ImportField::ALL {
            assert!(matches!(meaning(field.as_str()), Some(Meaning::Field(found, _)) if found == *field), "{field}");
        }
    }
}
