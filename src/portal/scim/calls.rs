//! The calls that write members: so many in one, smaller where that is refused, and all at once
//! only where that is safe. Which call comes when is for [`super::members`].

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

/// From how many removals on a group is rather replaced whole, where that is safe.
const MANY: usize = 300;
/// Single members refused in a row, with none accepted, after which the form is not understood.
const REFUSED_IN_A_ROW: usize = 3;
/// A version tag that no resource has.
const STALE: &str = "W/\"beadle-stale\"";

/// One save of one group.
pub(super) struct Job<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) profile: &'a Profile,
    pub(super) area: &'a AreaName,
    pub(super) id: String,
    pub(super) give: &'a [AccountRef],
    pub(super) take: &'a [AccountRef],
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
pub(super) struct Course {
    /// Something was answered with a yes.
    pub(super) accepted: bool,
    /// A yes changed nothing.
    pub(super) hollow: bool,
    pub(super) failure: Option<CallFailure>,
}

/// What became of one form.
pub(super) enum Sent {
    Yes,
    /// Not understood, or some members of it refused.
    Refused(CallFailure),
    /// It may have been carried out.
    Unclear(CallFailure),
}

/// A group as it is live.
pub(super) struct Live {
    pub(super) group: Resource,
    pub(super) tag: Option<Tag>,
    pub(super) members: Vec<Member>,
    pub(super) left: Left,
}

impl Live {
    pub(super) fn users(&self) -> BTreeSet<&str> {
        let users = self.members.iter().filter(|member| !member.nested);
        users.map(|member| member.value.as_str()).collect()
    }
}

impl Scim {
    /// Reads the group.
    pub(super) async fn read_group(&self, job: &Job<'_>) -> Result<Live, CallFailure> {
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

    /// A form of removal that was not seen to work yet is tried on one call's worth.
    pub(super) fn first_of<'v>(
        &self,
        job: &Job<'_>,
        form: Form,
        values: &'v [String],
    ) -> &'v [String] {
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
    pub(super) async fn may_replace(
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
    pub(super) async fn guarded(&self, job: &Job<'_>, live: &Live) -> Result<bool, CallFailure> {
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
    pub(super) async fn chunks(
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
    pub(super) fn target(&self, tag: Option<Tag>) -> Target<'_> {
        Target {
            place: &self.tenant.place,
            kind: Kind::Groups,
            id: &self.id,
            tag,
        }
    }

    pub(super) fn per_call(&self) -> usize {
        let learned = self.tenant.learned().per_call;
        learned.unwrap_or(self.profile.members_per_call).max(1)
    }
}

/// What a single call of a form came to.
pub(super) fn sent_of(answer: Result<(), CallFailure>) -> Result<Sent, CallFailure> {
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
