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
        uint8 unit;
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
    /// publication follows nothing that could still be claimed.
    function isSettled(
        History storage history,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (bool) {
        if (hasPending(history, nowSec) || history.changes.length == 1) return true;
        return nowSec >= history.changes[history.changes.length - 1].fromSec + withdrawDelaySec;
    }

    /// @dev The least unit price that a voucher can name, zero if there is none: of every change that came into force
    /// within the last withdrawal delay both sides count, but for those that are free.
    function leastPrice(
        History storage history,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (uint256 least) {
        for (uint256 i; i < history.changes.length && history.changes[i].fromSec <= nowSec; ++i) {
            bool isFresh = i != 0 && nowSec < history.changes[i].fromSec + withdrawDelaySec;
            uint256 price = history.changes[i].pricePerUnit;
            if (!isFresh || least == 0 || (price != 0 && price < least)) least = price;
        }
    }

    /// @dev Whether the grace of a price that was good at `goodAtSec` is over: some change that asks for more, or makes
    /// the content free, has been in force for one withdrawal delay, which was not over then.
    function isOver(
        History storage history,
        uint256 price,
        uint256 goodAtSec,
        uint256 nowSec,
        uint256 withdrawDelaySec
    ) internal view returns (bool) {
        for (uint256 i; i < history.changes.length; ++i) {
            uint256 overAtSec = history.changes[i].fromSec + withdrawDelaySec;
            uint256 asked = history.changes[i].pricePerUnit;
            if (goodAtSec < overAtSec && overAtSec <= nowSec && (asked == 0 || asked > price)) return true;
        }
        return false;
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
                terms.unit == current.unit &&
                terms.retired == current.retires;
        if (!hasPending(history, nowSec)) return same && terms.scheduled.effectiveAtSec == 0;
        Change memory next = history.changes[history.changes.length - 1];
        return
            same &&
            terms.scheduled.effectiveAtSec == next.fromSec &&
            terms.scheduled.retires == next.retires &&
            terms.scheduled.pricePerUnit == next.pricePerUnit &&
            terms.scheduled.providerShareBps == next.providerShareBps &&
            terms.scheduled.unit == next.unit;
    }
}
