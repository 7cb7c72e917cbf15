// SPDX-License-Identifier: MIT OR Apache-2.0
//! Random `json:` locations. Options are nested or dotted, and sometimes one is missing, unknown or
//! of the wrong type.

use diskprobe_test_support::random::Random;

/// Dotted names, and values in JSON.
pub(super) type Options = Vec<(String, String)>;

/// Options of some drivers, of every node, or of no driver.
const OTHERS: [(&str, &str); 24] = [
    ("read-only", "true"),
    ("node-name", r#""n""#),
    ("discard", r#""unmap""#),
    ("x", "1"),
    ("filename", r#""rbd:p/j""#),
    ("filename", r#""iscsi://g/t/0""#),
    ("filename", r#""gluster://g/v/p""#),
    ("=keyvalue-pairs", r#""[\"mon_host\",\"evil\"]""#),
    ("namespace", r#""m""#),
    ("encrypt.format", r#""luks""#),
    ("key-secret", r#""none""#),
    ("password-secret", r#""none""#),
    ("password", r#""s3cret""#),
    ("logfile", r#""/log""#),
    ("debug", "1"),
    ("timeout", "5"),
    ("readahead-size", "4096"),
    ("tcp-syn-count", "1"),
    ("user", r#""chap""#),
    ("lun", "3"),
    ("host", r#""g""#),
    ("port", "7"),
    ("server.ipv4", "true"),
    ("server.0.to", "9"),
];

/// Values that are invalid for many options.
const VALUES: [&str; 9] = [
    "1", "0", r#""0""#, "true", "null", "[]", "{}", "1.5", r#""""#,
];

/// Adds an option with a string value.
pub(super) fn text(options: &mut Options, name: &str, value: impl AsRef<str>) {
    let value = serde_json::to_string(value.as_ref()).expect("a text");
    options.push((name.to_owned(), value));
}

/// Returns the location of a driver with these options.
pub(super) fn location(random: &mut Random, driver: &str, mut options: Options) -> String {
    text(&mut options, "driver", driver);
    if random.once_in(6) && options.len() > 2 {
        options.remove(random.below(options.len() - 1));
    }
    if random.once_in(6) {
        let (name, value) = random.choose(&OTHERS);
        options.push(((*name).to_owned(), (*value).to_owned()));
    }
    if random.once_in(6) {
        let index = random.below(options.len());
        options[index].1 = (*random.choose(&VALUES)).to_owned();
    }
    let form = random.below(4);
    if form < 3 {
        for (name, _) in &mut options {
            *name = format!("file.{name}");
        }
    }
    if form < 2 {
        text(&mut options, "driver", ["raw", "qcow2"][form]);
    }
    format!("json:{}", object(random, &options))
}

/// Formats options as an object. Each group of them is dotted or in a nested object.
fn object(random: &mut Random, options: &[(String, String)]) -> String {
    let members = groups(options).into_iter().map(|(name, inner)| {
        let is_dotted = inner.is_none() || random.once_in(2);
        match inner.filter(|_| !is_dotted) {
            Some(inner) => format!(r#""{name}":{}"#, group(random, &inner)),
            None => {
                let own = options.iter().filter(|(full, _)| head(full).0 == name);
                let own = own.map(|(full, value)| format!(r#""{full}":{value}"#));
                own.collect::<Vec<_>>().join(",")
            }
        }
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

/// Formats options as an object, or as a list if their names are numbers.
fn group(random: &mut Random, options: &[(String, String)]) -> String {
    let groups = groups(options);
    let mut numbered = groups.iter().enumerate();
    if !numbered.all(|(index, (name, _))| *name == index.to_string()) {
        return object(random, options);
    }
    let elements = groups.into_iter().map(|(name, inner)| match inner {
        Some(inner) => group(random, &inner),
        None => options
            .iter()
            .find(|(full, _)| *full == name)
            .expect("a value")
            .1
            .clone(),
    });
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

fn head(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        Some((head, rest)) => (head, Some(rest)),
        None => (name, None),
    }
}

/// Groups options by the first part of their names. A name without a dot has no inner options.
fn groups(options: &[(String, String)]) -> Vec<(String, Option<Options>)> {
    let mut groups: Vec<(String, Option<Options>)> = Vec::new();
    for (name, value) in options {
        let (head, rest) = head(name);
        let known = groups.iter().position(|(group, _)| group == head);
        let index = known.unwrap_or_else(|| {
            groups.push((head.to_owned(), None));
            groups.len() - 1
        });
        if let Some(rest) = rest {
            let inner = groups[index].1.get_or_insert_default();
            inner.push((rest.to_owned(), value.clone()));
        }
    }
    groups
}
