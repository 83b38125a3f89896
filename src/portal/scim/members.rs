//! Writing a group's members: giving first, then taking; in calls of so many, in the form that the
//! server understands, and each time until reading shows it. Never a present member again, never a
//! removal that names nobody.

use std::collections::BTreeSet;

use super::Scim;
use super::api::Kind;
use super::calls::{Course, Form, Job, Live, Sent, sent_of};
use super::membership::{self, Left, Naming};
use super::tenant::Tenant;
use crate::model::name::AreaName;
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::CallFailure;

/// Most times that one form is sent after answers that leave it open whether it was carried out.
const UNCLEAR: u32 = 5;

impl Scim {
    /// Gives and takes what is not live yet.
    pub(super) async fn write_members(
        &self,
        tenant: &Tenant,
        area: &AreaName,
        give: &[AccountRef],
        take: &[AccountRef],
    ) -> Result<(), CallFailure> {
        let job = Job {
            tenant,
            profile: self.profile(tenant).await?,
            area,
            id: self.group_of(tenant, area).await?,
            give,
            take,
        };
        let (logins, removal, no_patch) = {
            let learned = tenant.learned();
            (learned.lists_logins, learned.removal, learned.no_patch)
        };
        let (usual, other) = match logins {
            true => (Naming::ByLogin, Naming::ById),
            false => (Naming::ById, Naming::ByLogin),
        };
        let mut giving = vec![Form::Add(usual), Form::AddObject(usual), Form::Add(other)];
        let mut taking = match removal {
            Some(Form::RemoveByValues) => vec![Form::RemoveByValues, Form::RemoveByPath],
            _ => vec![Form::RemoveByPath, Form::RemoveByValues],
        };
        taking.insert(0, Form::Replace);
        for forms in [&mut giving, &mut taking] {
            let first = no_patch || !job.profile.patch;
            let place = if first { 0 } else { forms.len() };
            forms.insert(place, Form::Whole);
        }
        if job.profile.patch && !no_patch {
            self.swap_members(&job, usual).await?;
        }
        self.settle(&job, &giving, |left| left.give.len()).await?;
        self.settle(&job, &taking, |left| left.take.len()).await
    }

    /// Tries the forms in their order until nothing of this side is left.
    async fn settle(
        &self,
        job: &Job<'_>,
        forms: &[Form],
        side: fn(&Left) -> usize,
    ) -> Result<(), CallFailure> {
        let mut course = Course::default();
        for form in forms {
            if *form == Form::Whole && (course.accepted || course.hollow) {
                continue;
            }
            if self.members_in_form(job, *form, side, &mut course).await? {
                if *form == Form::Whole && course.failure.is_some() {
                    job.tenant.learned().no_patch = true;
                }
                return Ok(());
            }
        }
        let live = self.read_group(job).await?;
        let left = side(&live.left);
        match course.failure {
            _ if left == 0 => Ok(()),
            Some(failure) if !course.hollow => Err(failure),
            _ => Err(self.not_shown(job, &live.left)),
        }
    }

    fn not_shown(&self, job: &Job<'_>, left: &Left) -> CallFailure {
        let area = job.area;
        let what = match (left.give.len(), left.take.len()) {
            (0, take) => {
                format!("members taken from area `{area}` are still in its group: {take}")
            }
            (give, _) => format!(
                "members given to area `{area}` do not show in its group, which may be write-only: {give}"
            ),
        };
        CallFailure::new(self.group_call(job), PortalErrorKind::NotShown(what))
    }

    fn group_call(&self, job: &Job<'_>) -> String {
        let place = &job.tenant.place;
        self.api.call("PATCH", place, Kind::Groups, Some(&job.id))
    }

    /// Sends one form, again where it gets on; true when nothing of this side is left.
    async fn members_in_form(
        &self,
        job: &Job<'_>,
        form: Form,
        side: fn(&Left) -> usize,
        course: &mut Course,
    ) -> Result<bool, CallFailure> {
        let mut unclear_answers = 0;
        let mut before: Option<(usize, BTreeSet<String>)> = None;
        loop {
            let live = self.read_group(job).await?;
            let left = side(&live.left);
            if let Some((_, kept)) = &before {
                self.check_kept(job, &live, kept).await?;
            }
            let progress = before.map(|(were, _)| left < were);
            if progress == Some(true) && is_removal(form) {
                job.tenant.learned().removal = Some(form);
            }
            if left == 0 {
                return Ok(true);
            }
            if progress == Some(false) {
                course.hollow = true;
                return Ok(false);
            }
            match self.send(job, form, &live, course).await? {
                Some(Sent::Yes) => {
                    course.accepted = true;
                    before = Some((left, keepers(form, &live)));
                }
                Some(Sent::Unclear(failure)) => {
                    before = None;
                    unclear_answers += 1;
                    if unclear_answers > UNCLEAR {
                        return Err(failure);
                    }
                    self.pause(unclear_answers).await;
                }
                Some(Sent::Refused(failure)) => {
                    course.failure = Some(failure);
                    return Ok(false);
                }
                None => return Ok(false),
            }
        }
    }

    /// A removal of some must not take all. Where it did, they are given back.
    pub(super) async fn check_kept(
        &self,
        job: &Job<'_>,
        live: &Live,
        kept: &BTreeSet<String>,
    ) -> Result<(), CallFailure> {
        let present = live.users();
        let lost: Vec<String> = kept
            .iter()
            .filter(|value| !present.contains(value.as_str()))
            .cloned()
            .collect();
        if kept.is_empty() || lost.len() < kept.len() {
            return Ok(());
        }
        let mut course = Course::default();
        let back = self.chunks(job, &lost, membership::add, &mut course).await;
        let became = match back {
            Ok(Sent::Yes) => "they were given back",
            Ok(Sent::Refused(_) | Sent::Unclear(_)) | Err(_) => {
                "giving them back failed: look at the group now"
            }
        };
        let what = format!(
            "removing some members of area `{}` took all {} others with them; {became}",
            job.area,
            lost.len()
        );
        let kind = PortalErrorKind::NotShown(what);
        Err(CallFailure::new(self.group_call(job), kind))
    }

    /// Makes the calls of one form; none where it is not for this group.
    async fn send(
        &self,
        job: &Job<'_>,
        form: Form,
        live: &Live,
        course: &mut Course,
    ) -> Result<Option<Sent>, CallFailure> {
        let Live {
            group,
            tag,
            members,
            left,
        } = live;
        let named = |naming| membership::values(job.give, &left.give, naming);
        let sent = match form {
            Form::Add(naming) => {
                self.chunks(job, &named(naming), membership::add, course)
                    .await?
            }
            Form::AddObject(naming) => {
                self.chunks(job, &named(naming), membership::add_object, course)
                    .await?
            }
            Form::RemoveByPath => {
                let first = self.first_of(job, form, &left.take);
                self.chunks(job, first, membership::remove_by_path, course)
                    .await?
            }
            Form::RemoveByValues => {
                let first = self.first_of(job, form, &left.take);
                self.chunks(job, first, membership::remove_by_values, course)
                    .await?
            }
            Form::Replace => {
                let tag = match self.may_replace(job, live).await? {
                    Some(tag) => tag,
                    None => return Ok(None),
                };
                let whole = membership::whole(members, &left.take, &[]);
                let target = job.target(tag);
                let answer = self
                    .api
                    .patch(target, false, &membership::replace(whole))
                    .await;
                sent_of(answer)?
            }
            Form::Whole => {
                let whole = membership::whole(members, &left.take, &named(Naming::ById));
                let target = job.target(tag.clone());
                let put = self
                    .api
                    .put(target, &membership::group_with(group, whole))
                    .await;
                sent_of(put)?
            }
        };
        Ok(Some(sent))
    }
}

/// Whether the form takes members that it names.
fn is_removal(form: Form) -> bool {
    match form {
        Form::RemoveByPath | Form::RemoveByValues => true,
        Form::Add(_) | Form::AddObject(_) | Form::Replace | Form::Whole => false,
    }
}

/// The members that a removal must leave, where it could take them by mistake.
pub(super) fn keepers(form: Form, live: &Live) -> BTreeSet<String> {
    if !is_removal(form) {
        return BTreeSet::new();
    }
    let take: BTreeSet<&str> = live.left.take.iter().map(String::as_str).collect();
    let kept = live.users().into_iter();
    kept.filter(|value| !take.contains(value))
        .map(str::to_owned)
        .collect()
}
