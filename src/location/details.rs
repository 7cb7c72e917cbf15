// SPDX-License-Identifier: MIT OR Apache-2.0
//! Options of a location that are mainly shown.

use super::Location;
use crate::base::detail::{Builder, Detail};

impl Location {
    /// Returns the options that are mainly shown, in a fixed order.
    ///
    /// A name is the key of the option in the JSON of the command line tool. It can occur more than
    /// once: each `cookies` is a secret `NAME=VALUE`, and each `ignored` is the name of an option
    /// that has no effect here.
    #[doc(alias = "diskprobe_location_detail")]
    #[must_use]
    pub fn details(&self) -> Vec<Detail> {
        let details = Builder::default()
            .text(c"config_file", self.config_file())
            .sensitive(c"query", self.query());
        let details = self.cookies().fold(details, |details, cookie| {
            details.secret(c"cookies", &[cookie.name, b"=", cookie.value].concat())
        });
        let details = details
            .flag(c"sslverify", self.sslverify())
            .number(c"readahead", self.readahead())
            .number(c"timeout", self.timeout)
            .text(c"ssh_user", self.ssh_user())
            .text(c"ssh_host_key_check", self.ssh_host_key_check())
            .text(c"rbd_namespace", self.rbd_namespace())
            .text(c"rbd_user", self.rbd_user())
            .text(c"nfs_user", self.nfs_user())
            .text(c"nfs_group", self.nfs_group());
        let details = self.ignored().fold(details, |details, name| {
            details.text(c"ignored", Some(name))
        });
        details.finish()
    }
}
