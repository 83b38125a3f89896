//! The areas that the pages name: by name or by title, with the one that makes administrators.

use std::sync::Arc;

use super::super::Fault;
use super::super::shapes::{self, plain};
use super::super::values::{self, shown};
use super::{Target, Work};
use crate::model::live::CatalogueArea;
use crate::model::name::AreaName;
use crate::model::rules::AdminSet;

impl Work<'_> {
    /// What a title stands for; an area that is not known yet is added to the catalogue.
    pub(super) fn target(
        &mut self,
        title: &str,
        file: &Arc<str>,
        row: Option<u32>,
    ) -> Option<Target> {
        let rules = self.given.rules;
        if shapes::is_administration(title) && rules.admin.value == AdminSet::Tick {
            return Some(Target::Admin);
        }
        let wrong = |message: String, help| {
            let fault = Fault::of_file(file, message).help(help);
            Fault {
                row,
                skippable: row.is_some(),
                ..fault
            }
        };
        if !rules.has_areas.value {
            self.faults.push(wrong(
                format!("{} is an area, and this portal has none", shown(title)),
                "leave it out",
            ));
            return None;
        }
        let by_title = self.titles.get(&plain(title));
        let by_title = by_title.and_then(|name| self.catalogue.get(name));
        let known = self.catalogue.get(title).or(by_title);
        if let Some(area) = known {
            return Some(if area.administration {
                Target::Admin
            } else {
                Target::Area(area.name.clone())
            });
        }
        let visible = values::visible(title).map_err(|wrong| wrong.message);
        let name = shapes::area_name(title).ok_or_else(|| {
            format!(
                "{} has no letters that an area's name can be made of",
                shown(title)
            )
        });
        let name = match visible.and(name) {
            Ok(name) => AreaName::new(name),
            Err(message) => {
                self.faults
                    .push(wrong(message, "give it a title in plain letters"));
                return None;
            }
        };
        if let Some(area) = self.catalogue.get(&name) {
            // The title is known now; before, the name had to stand for it.
            if area.title.as_ref() != name.as_str() {
                let message = format!(
                    "{} and {} would both be called `{name}`",
                    shown(title),
                    shown(&area.title)
                );
                self.faults
                    .push(wrong(message, "give one of them another title"));
                return None;
            }
        }
        let administration =
            rules.admin.value == AdminSet::Area && shapes::is_administration(title);
        let area = CatalogueArea {
            name: name.clone(),
            title: title.into(),
            access_key_required: administration,
            administration,
        };
        self.titles.insert(plain(title), name.clone());
        self.catalogue.insert(name.clone(), area);
        Some(if administration {
            Target::Admin
        } else {
            Target::Area(name)
        })
    }

    pub(super) fn areas_named(&mut self) {
        let none: Arc<str> = "--area".into();
        for (name, _) in &self.given.areas {
            self.target(name, &none, None);
        }
    }
}
