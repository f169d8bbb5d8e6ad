// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamRegistry} from "./IStreamRegistry.sol";

/// @title What creators and providers do by signature, so that somebody else can pay the gas.
/// @notice Anyone may submit a call that `account` signed; it has the effect, the events and the errors it would have
/// if `account` had made it, and those of {ISignedCalls}. Whoever submits what was submitted before gets
/// `NonceUsed`: if the state is the wanted one, that is success; in a `multicall` it voids the other parts too.
/// `deadline` is Unix time in seconds. What concerns streams may as well be signed by the ECDSA key of the account's
/// delegate ({IClaimDelegates}), with the same typed data and out of the account's nonces.
interface ISignedRegistry {
    /// @notice `publish` for `account`, on its signature of `Publish(address account,string cid,address token,
    /// uint256 pricePerUnit,uint16 providerShareBps,uint8 unit,string name,string metadata,uint256 nonce,
    /// uint256 deadline)`.
    function publishBySig(
        address account,
        IStreamRegistry.Publication calldata publication,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external returns (bytes32 contentId);

    /// @notice `scheduleTerms` for `account`, on its signature of `ScheduleTerms(address account,
    /// bytes32 contentId,uint256 pricePerUnit,uint16 providerShareBps,uint8 unit,uint256 nonce,
    /// uint256 deadline)`.
    function scheduleTermsBySig(
        address account,
        bytes32 contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `cancelTerms` for `account`, on its signature of `CancelTerms(address account,bytes32 contentId,
    /// uint256 nonce,uint256 deadline)`.
    function cancelTermsBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `retire` for `account`, on its signature of `Retire(address account,bytes32 contentId,
    /// uint256 nonce,uint256 deadline)`.
    function retireBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `registerStream` for `account`, on its or its delegate's signature of `RegisterStream(address account,
    /// bytes32 contentId,string url,uint256 nonce,uint256 deadline)`.
    function registerStreamBySig(
        address account,
        bytes32 contentId,
        string calldata url,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `updateStream` for `account`, on its or its delegate's signature of `UpdateStream(address account,
    /// bytes32 contentId,string url,uint256 nonce,uint256 deadline)`.
    function updateStreamBySig(
        address account,
        bytes32 contentId,
        string calldata url,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice `deregisterStream` for `account`, on its or its delegate's signature of `DeregisterStream(address account,
    /// bytes32 contentId,uint256 nonce,uint256 deadline)`.
    function deregisterStreamBySig(
        address account,
        bytes32 contentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;
}
