// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedCalls} from "./SignedCalls.sol";
import {ClaimDelegates} from "./ClaimDelegates.sol";
import {ISignedRegistry} from "./interfaces/ISignedRegistry.sol";
import {TypeHashes} from "./libraries/TypeHashes.sol";
import {StreamRegistry} from "./StreamRegistry.sol";

/// @title Implements {ISignedRegistry}.
abstract contract SignedRegistry is ISignedRegistry, ClaimDelegates, StreamRegistry, SignedCalls {
    /// @inheritdoc ISignedRegistry
    function publishBySig(
        address account,
        Publication calldata publication,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 contentId) {
        _authorize(
            account,
            NOBODY,
            TypeHashes.publish(account, publication, nonce, deadline),
            nonce,
            deadline,
            signature
        );
        return _publish(account, publication);
    }

    /// @inheritdoc ISignedRegistry
    function scheduleTermsBySig(
        address account,
        bytes32 contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                TypeHashes.SCHEDULE_TERMS,
                account,
                contentId,
                pricePerUnit,
                providerShareBps,
                unit,
                nonce,
                deadline
            )
        );
        _authorize(account, NOBODY, structHash, nonce, deadline, signature);
        _scheduleTerms(account, contentId, pricePerUnit, providerShareBps, unit);
    }

    /// @inheritdoc ISignedRegistry
    function cancelTermsBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeContent(TypeHashes.CANCEL_TERMS, account, NOBODY, contentId, nonce, deadline, signature);
        _cancelTerms(account, contentId);
    }

    /// @inheritdoc ISignedRegistry
    function retireBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeContent(TypeHashes.RETIRE, account, NOBODY, contentId, nonce, deadline, signature);
        _retire(account, contentId);
    }

    /// @inheritdoc ISignedRegistry
    function registerStreamBySig(
        address account,
        bytes32 contentId,
        string calldata url,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeUrl(TypeHashes.REGISTER_STREAM, account, contentId, url, nonce, deadline, signature);
        _registerStream(account, contentId, url);
    }

    /// @inheritdoc ISignedRegistry
    function updateStreamBySig(
        address account,
        bytes32 contentId,
        string calldata url,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeUrl(TypeHashes.UPDATE_STREAM, account, contentId, url, nonce, deadline, signature);
        _updateStream(account, contentId, url);
    }

    /// @inheritdoc ISignedRegistry
    function deregisterStreamBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _authorizeContent(
            TypeHashes.DEREGISTER_STREAM,
            account,
            claimDelegateOf[account],
            contentId,
            nonce,
            deadline,
            signature
        );
        _deregisterStream(account, contentId);
    }

    function _authorizeContent(
        bytes32 typeHash,
        address account,
        address delegate,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) private {
        bytes32 structHash = keccak256(abi.encode(typeHash, account, contentId, nonce, deadline));
        _authorize(account, delegate, structHash, nonce, deadline, signature);
    }

    /// @dev What has an URL concerns a stream, so the delegate may sign it.
    function _authorizeUrl(
        bytes32 typeHash,
        address account,
        bytes32 contentId,
        string calldata url,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) private {
        bytes32 urlHash = keccak256(bytes(url));
        bytes32 structHash = keccak256(abi.encode(typeHash, account, contentId, urlHash, nonce, deadline));
        _authorize(account, claimDelegateOf[account], structHash, nonce, deadline, signature);
    }
}
