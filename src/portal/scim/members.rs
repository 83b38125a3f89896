//! Writing a group's members: giving first, then taking; in calls of so many, in the form that the
//! server understands, and each time until reading shows it. Never a present member again, never a
//! removal that names nobody.

use std::collections::{BTreeSet, VecDeque};

use super::Scim;
use super::api::{Kind, Operation, Target};
use super::membership::{self, Left, Naming};
use super::profile::Profile;
use super::resource::{Member, Resource};
use super::tenant::Tenant;
use super::write::{moved, not_understood, unclear};
use crate::model::name::AreaName;
use crate::model::plan::AccountRef;
use crate::portal::error::PortalErrorKind;
use crate::portal::http::{CallFailure, Tag};

/// Most times that one form is sent after answers that leave it open whether it was carried out.
const UNCLEAR: u32 = 5;
/// From how many removals on a group is rather replaced whole, where that is safe.
const MANY: usize = 300;
/// Single members refused in a row, with none accepted, after which the form is not understood.
const REFUSED_IN_A_ROW: usize = 3;
/// A version tag that no resource has.
const STALE: &str = "W/\"beadle-stale\"";

/// One save of one group.
struct Job<'a> {
    tenant: &'a Tenant,
    profile: &'a Profile,
    area: &'a AreaName,
    id: String,
    give: &'a [AccountRef],
    take: &'a [AccountRef],
}

/// The forms of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Add(Naming),
    AddObject(Naming),
    /// All members at once, where a version tag or the operator makes that safe.
    Replace,
    RemoveByPath,
    RemoveByValues,
    /// PUT of the whole live copy; only where every PATCH was refused.
    Whole,
}

/// How far one side of a save has come.
#[derive(Default)]
struct Course {
    /// Something was answered with a yes.
    accepted: bool,
    /// A yes changed nothing.
    hollow: bool,
    failure: Option<CallFailure>,
}

/// What became of one form.
enum Sent {
    Yes,
    /// Not understood, or some members of it refused.
    Refused(CallFailure),
    /// It may have been carried out.
    Unclear(CallFailure),
}

/// A group as it is live.
struct Live {
    group: Resource,
    tag: Option<Tag>,
    members: Vec<Member>,
    left: Left,
}

impl Live {
    fn users(&self) -> BTreeSet<&str> {
        let users = self.members.iter().filter(|member| !member.nested);
        users.map(|member| member.value.as_str()).collect()
    }
}

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

    async fn read_group(&self, job: &Job<'_>) -> Result<Live, CallFailure> {
        let place = &job.tenant.place;
        let (group, tag) = self.api.one(place, Kind::Groups, &job.id).await?;
        let members = group.members().unwrap_or_default();
        let left = membership::left(&members, job.give, job.take);
        Ok(Live {
            group,
            tag,
            members,
            left,
        })
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
    async fn check_kept(
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
        let became = match back? {
            Sent::Yes => "they were given back",
            Sent::Refused(_) | Sent::Unclear(_) => "giving them back failed: look at the group now",
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

    /// A form of removal that was not seen to work yet is tried on one call's worth.
    fn first_of<'v>(&self, job: &Job<'_>, form: Form, values: &'v [String]) -> &'v [String] {
        let proven = job.tenant.learned().removal == Some(form);
        let most = if proven {
            values.len()
        } else {
            job.per_call().min(values.len())
        };
        values.get(..most).unwrap_or(values)
    }

    /// Whether many removals may be made by writing all members: with a version tag that is known
    /// to be honoured, or where the project file allows it. Answers with the tag to send.
    async fn may_replace(
        &self,
        job: &Job<'_>,
        live: &Live,
    ) -> Result<Option<Option<Tag>>, CallFailure> {
        if live.left.take.len() <= MANY || !job.profile.patch {
            return Ok(None);
        }
        if let (true, Some(tag)) = (job.profile.etag, &live.tag)
            && self.guarded(job, live).await?
        {
            return Ok(Some(Some(tag.clone())));
        }
        Ok(job.profile.replace_members.then_some(None))
    }

    /// Whether a wrong version tag is refused: tried once, with a change that changes nothing.
    async fn guarded(&self, job: &Job<'_>, live: &Live) -> Result<bool, CallFailure> {
        let known = job.tenant.learned().guarded;
        if let Some(known) = known.or(job.profile.etag_sure.then_some(true)) {
            return Ok(known);
        }
        let Some(title) = live.group.get("displayName").cloned() else {
            return Ok(false);
        };
        let same = Operation {
            op: "replace",
            path: Some("displayName".to_owned()),
            value: Some(title),
        };
        let answer = self
            .api
            .patch(job.target(Tag::of(STALE)), false, &[same])
            .await;
        let guarded = match answer {
            Ok(()) => false,
            Err(failure) if moved(&failure.kind) => true,
            Err(failure) if not_understood(&failure.kind) || unclear(&failure.kind) => false,
            Err(failure) => return Err(failure),
        };
        job.tenant.learned().guarded = Some(guarded);
        Ok(guarded)
    }

    /// Sends values call by call. A call that is refused is made smaller, down to one value, so
    /// that one bad value does not keep the others out.
    async fn chunks(
        &self,
        job: &Job<'_>,
        values: &[String],
        operations: fn(&[String]) -> Vec<Operation>,
        course: &mut Course,
    ) -> Result<Sent, CallFailure> {
        let asked = job.per_call();
        let mut queue: VecDeque<&[String]> = values.chunks(asked).collect();
        let (mut largest, mut in_a_row) = (0, 0);
        let mut refused: Option<CallFailure> = None;
        let mut tag = None;
        while let Some(chunk) = queue.pop_front() {
            let target = job.target(tag.clone());
            let answer = self.api.patch(target, false, &operations(chunk)).await;
            let failure = match answer {
                Ok(()) => {
                    course.accepted = true;
                    largest = largest.max(chunk.len());
                    continue;
                }
                Err(failure) => failure,
            };
            if moved(&failure.kind) && tag.is_none() {
                tag = self.read_group(job).await?.tag;
                if tag.is_some() {
                    queue.push_front(chunk);
                    continue;
                }
            }
            if moved(&failure.kind) || unclear(&failure.kind) {
                return Ok(Sent::Unclear(failure));
            }
            if !not_understood(&failure.kind) {
                return Err(failure);
            }
            if !smaller_may_do(&failure.kind) {
                return Ok(Sent::Refused(failure));
            }
            if chunk.len() > 1 {
                let size = chunk.len().div_ceil(4);
                chunk.rchunks(size).for_each(|part| queue.push_front(part));
                continue;
            }
            in_a_row += 1;
            refused = Some(failure);
            if largest == 0 && in_a_row >= REFUSED_IN_A_ROW {
                break;
            }
        }
        match refused {
            Some(failure) => Ok(Sent::Refused(failure)),
            None => {
                if largest < asked && values.len() > largest && largest > 0 {
                    job.tenant.learned().per_call = Some(largest);
                }
                Ok(Sent::Yes)
            }
        }
    }
}

impl Job<'_> {
    fn target(&self, tag: Option<Tag>) -> Target<'_> {
        Target {
            place: &self.tenant.place,
            kind: Kind::Groups,
            id: &self.id,
            tag,
        }
    }

    fn per_call(&self) -> usize {
        let learned = self.tenant.learned().per_call;
        learned.unwrap_or(self.profile.members_per_call).max(1)
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
fn keepers(form: Form, live: &Live) -> BTreeSet<String> {
    if !is_removal(form) {
        return BTreeSet::new();
    }
    let take: BTreeSet<&str> = live.left.take.iter().map(String::as_str).collect();
    let kept = live.users().into_iter();
    kept.filter(|value| !take.contains(value))
        .map(str::to_owned)
        .collect()
}

/// What a single call of a form came to.
fn sent_of(answer: Result<(), CallFailure>) -> Result<Sent, CallFailure> {
    match answer {
        Ok(()) => Ok(Sent::Yes),
        Err(failure) if moved(&failure.kind) || unclear(&failure.kind) => {
            Ok(Sent::Unclear(failure))
        }
        Err(failure) if not_understood(&failure.kind) => Ok(Sent::Refused(failure)),
        Err(failure) => Err(failure),
    }
}

/// Whether fewer members in one call may be taken.
fn smaller_may_do(kind: &PortalErrorKind) -> bool {
    matches!(
        kind,
        PortalErrorKind::Refused {
            status: 400 | 413,
            code: _
        }
    )
}
