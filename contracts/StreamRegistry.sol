// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContentRegistry} from "./ContentRegistry.sol";
import {IStreamRegistry} from "./interfaces/IStreamRegistry.sol";
import {PackedTerms} from "./libraries/PackedTerms.sol";

/// @title Implements the streams of {IStreamRegistry}.
abstract contract StreamRegistry is IStreamRegistry, ContentRegistry {
    /// @inheritdoc IStreamRegistry
    function registerStream(bytes32 contentId, string calldata url) external {
        _registerStream(msg.sender, contentId, url);
    }

    /// @inheritdoc IStreamRegistry
    function updateStream(bytes32 contentId, string calldata url) external {
        _updateStream(msg.sender, contentId, url);
    }

    /// @inheritdoc IStreamRegistry
    function deregisterStream(bytes32 contentId) external {
        _deregisterStream(msg.sender, contentId);
    }

    /// @inheritdoc IStreamRegistry
    function streamOf(bytes32 contentId, address provider) external view returns (string memory url) {
        return _contents[contentId].streams[provider];
    }

    /// @dev Whether `provider` has an active stream, for direct payments: an URL is never empty, so the word at its
    /// slot is never zero, and reading it without decoding its length saves gas.
    function _isServed(Content storage content, address provider) internal view returns (bool served) {
        mapping(address provider => string url) storage streams = content.streams;
        assembly ("memory-safe") {
            mstore(0x00, provider)
            mstore(0x20, streams.slot)
            served := iszero(iszero(sload(keccak256(0x00, 0x40))))
        }
    }

    function _registerStream(address account, bytes32 contentId, string calldata url) internal {
        Content storage content = _contents[contentId];
        if (content.terms.creator() == address(0)) revert ContentUnknown(contentId);
        if (_termsInForce(content).has(PackedTerms.RETIRED)) revert RetirementInForce(contentId);
        if (bytes(content.streams[account]).length != 0) revert StreamExists(contentId, account);
        _setUrl(content, account, url);
        emit StreamRegistered(contentId, account, url);
    }

    function _updateStream(address account, bytes32 contentId, string calldata url) internal {
        _setUrl(_streamed(contentId, account), account, url);
        emit StreamUpdated(contentId, account, url);
    }

    function _deregisterStream(address account, bytes32 contentId) internal {
        delete _streamed(contentId, account).streams[account];
        emit StreamDeregistered(contentId, account);
    }

    function _setUrl(Content storage content, address account, string calldata url) private {
        _checkLength("url", bytes(url).length, 1, 2048);
        content.streams[account] = url;
    }

    function _streamed(bytes32 contentId, address provider) private view returns (Content storage content) {
        content = _contents[contentId];
        if (bytes(content.streams[provider]).length == 0) revert StreamUnknown(contentId, provider);
    }
}
