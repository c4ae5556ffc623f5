//! What an operator and a server may ask of a feed's row outside of a refresh.

use super::next::asked;
use crate::model::{FeedState, State, Timestamp};

/// The row of a feed that is asked again although it had ended or was quarantined: due now, or when its server's hold
/// is over. `None` where it needs no waking.
#[must_use]
pub fn wake(state: &FeedState, now: Timestamp) -> Option<FeedState> {
    matches!(state.state, State::Gone | State::Quarantined).then(|| FeedState {
        state: State::Active,
        failures: 0,
        failing_since: None,
        last_error: None,
        next_check: state.hold_until.map_or(now, |until| until.max(now)),
        next_check_why: "woken by hand".to_owned(),
        ..state.clone()
    })
}

/// Before this the feed's server wants no request, by what its last answers said: `Retry-After`, freshness, the
/// document's own interval. `None` where they said nothing. What warta plans by itself does not count.
#[must_use]
pub fn promised(state: &FeedState) -> Option<Timestamp> {
    let longest = asked(&state.hints, false).into_iter().map(|(length, _)| length).max();
    let fresh = state.last_ok.zip(longest).map(|(at, length)| at.plus(length));
    state.hold_until.max(fresh)
}
