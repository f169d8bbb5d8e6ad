// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";

/// @title What the terms of contents should be: for each content the list of its changes, the oldest first.
/// @dev Kept apart from the contract's way to store them, which holds two sets of terms and flags.
library TermsModel {
    struct Change {
        uint256 fromSec;
        uint256 pricePerUnit;
        uint16 providerShareBps;
        bool metered;
        bool retires;
    }

    struct History {
        Change[] changes;
    }

    /// @dev The change that brought the terms in force.
    function inForce(History storage history, uint256 nowSec) internal view returns (Change memory) {
        uint256 last = history.changes.length - 1;
        return history.changes[history.changes[last].fromSec > nowSec ? last - 1 : last];
    }

    function hasPending(History storage history, uint256 nowSec) internal view returns (bool) {
        return history.changes[history.changes.length - 1].fromSec > nowSec;
    }

    /// @dev Whether the terms have been in force for as long as signed payments may still be on their way. The first
    /// publication, and each later one, follows nothing that could still be claimed.
    function isSettled(
        History storage history,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (bool) {
        if (hasPending(history, nowSec) || history.changes.length == 1) return true;
        return nowSec >= history.changes[history.changes.length - 1].fromSec + withdrawDelaySec;
    }

    /// @dev The least unit price that a bill can name: the lower of both sides of a change, until the change has been
    /// in force for one withdrawal delay.
    function leastPrice(
        History storage history,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (uint256) {
        uint256 last = history.changes.length - 1;
        Change memory change = history.changes[last];
        if (last == 0 || nowSec >= change.fromSec + withdrawDelaySec) return change.pricePerUnit;
        uint256 before = history.changes[last - 1].pricePerUnit;
        return before < change.pricePerUnit ? before : change.pricePerUnit;
    }

    /// @dev Whether a bill signed at `signedAtSec`, at the price in force then, may have become too cheap: a change
    /// that was to come has been in force for one withdrawal delay, or the content was published again since.
    function isOver(
        History storage history,
        uint256 signedAtSec,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (bool) {
        for (uint256 i; i < history.changes.length; ++i) {
            uint256 fromSec = history.changes[i].fromSec;
            if (fromSec <= signedAtSec) continue;
            if (i == 0 || nowSec >= fromSec + withdrawDelaySec) return true;
        }
        return false;
    }

    /// @dev Starts the list anew: terms that hold at once.
    function restart(History storage history, Change memory first) internal {
        delete history.changes;
        history.changes.push(first);
    }

    /// @dev Replaces the pending change, if there is one.
    function schedule(History storage history, Change memory change, uint256 nowSec) internal {
        cancel(history, nowSec);
        history.changes.push(change);
    }

    function cancel(History storage history, uint256 nowSec) internal {
        if (hasPending(history, nowSec)) history.changes.pop();
    }

    function equals(
        History storage history,
        uint256 nowSec,
        IStreamRegistry.ContentTerms memory terms
    ) internal view returns (bool) {
        Change memory current = inForce(history, nowSec);
        bool same =
            terms.pricePerUnit == current.pricePerUnit &&
                terms.providerShareBps == current.providerShareBps &&
                terms.metered == current.metered &&
                terms.retired == current.retires;
        if (!hasPending(history, nowSec)) return same && terms.scheduled.effectiveAtSec == 0;
        Change memory next = history.changes[history.changes.length - 1];
        return
            same &&
            terms.scheduled.effectiveAtSec == next.fromSec &&
            terms.scheduled.retires == next.retires &&
            terms.scheduled.pricePerUnit == next.pricePerUnit &&
            terms.scheduled.providerShareBps == next.providerShareBps &&
            terms.scheduled.metered == next.metered;
    }
}
