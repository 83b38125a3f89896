//! Giving and taking in one call: where little changes in a group, both are operations of one
//! PATCH, the giving first. What of it a server does not carry out is left to the forms of
//! [`super::members`].

use super::Scim;
use super::calls::{Form, Job};
use super::members::keepers;
use super::membership::{self, Naming};
use super::write::{moved, not_understood, unclear};
use crate::portal::http::CallFailure;

impl Scim {
    /// Tries both sides in one call, and reads whether it was carried out.
    pub(super) async fn swap_members(
        &self,
        job: &Job<'_>,
        naming: Naming,
    ) -> Result<(), CallFailure> {
        let live = self.read_group(job).await?;
        let (give, take) = (&live.left.give, &live.left.take);
        let fits = give.len().saturating_add(take.len()) <= job.per_call();
        if give.is_empty() || take.is_empty() || !fits {
            return Ok(());
        }
        let known = job.tenant.learned().removal;
        let (form, removal) = match known {
            Some(Form::RemoveByValues) => {
                (Form::RemoveByValues, membership::remove_by_values(take))
            }
            _ => (Form::RemoveByPath, membership::remove_by_path(take)),
        };
        let mut operations = membership::add(&membership::values(job.give, give, naming));
        operations.extend(removal);
        match self.api.patch(job.target(None), false, &operations).await {
            Ok(()) => {
                let after = self.read_group(job).await?;
                self.check_kept(job, &after, &keepers(form, &live)).await?;
                if after.left.take.is_empty() {
                    job.tenant.learned().removal = Some(form);
                }
                Ok(())
            }
            Err(failure)
                if not_understood(&failure.kind)
                    || unclear(&failure.kind)
                    || moved(&failure.kind) =>
            {
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }
}
