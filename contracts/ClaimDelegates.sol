// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaimDelegates} from "./interfaces/IClaimDelegates.sol";

/// @title Implements {IClaimDelegates}.
abstract contract ClaimDelegates is IClaimDelegates {
    /// @inheritdoc IClaimDelegates
    mapping(address provider => address delegate) public claimDelegateOf;

    /// @inheritdoc IClaimDelegates
    function setClaimDelegate(address delegate) external {
        claimDelegateOf[msg.sender] = delegate;
        emit ClaimDelegateSet(msg.sender, delegate);
    }

    function _requireClaimer(address provider) internal view {
        if (msg.sender != provider && msg.sender != claimDelegateOf[provider]) {
            revert NotClaimer(provider, msg.sender);
        }
    }
}
