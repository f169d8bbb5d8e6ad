// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamRegistry} from "./interfaces/IStreamRegistry.sol";
import {PackedTerms, Terms} from "./libraries/PackedTerms.sol";

/// @title Implements the contents and terms of {IStreamRegistry}.
abstract contract ContentRegistry is IStreamRegistry {
    /// @dev `scheduled` and `token` are read only when a flag of `terms` says so. A change that took effect stays
    /// in `scheduled`, beside the terms before it, until the next one.
    struct Content {
        Terms terms;
        Terms scheduled;
        address token;
        mapping(address provider => string url) streams;
    }

    uint256 private constant MIN_DELAY_SEC = 10;
    uint256 private constant MAX_SHARE_BPS = 10_000;
    /// @dev Of a view, a minute and a day.
    uint256 private constant MAX_UNIT = 2;

    /// @inheritdoc IStreamRegistry
    uint256 public immutable noticeSec;

    /// @inheritdoc IStreamRegistry
    uint256 public immutable withdrawDelaySec;

    mapping(bytes32 contentId => Content) internal _contents;

    constructor(uint32 noticeSec_, uint32 withdrawDelaySec_) {
        if (withdrawDelaySec_ < MIN_DELAY_SEC || noticeSec_ < withdrawDelaySec_) {
            revert DelaysInvalid(noticeSec_, withdrawDelaySec_);
        }
        noticeSec = noticeSec_;
        withdrawDelaySec = withdrawDelaySec_;
    }

    /// @inheritdoc IStreamRegistry
    function publish(Publication calldata publication) external returns (bytes32 contentId) {
        return _publish(msg.sender, publication);
    }

    /// @inheritdoc IStreamRegistry
    function scheduleTerms(
        bytes32 contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit
    ) external {
        _scheduleTerms(msg.sender, contentId, pricePerUnit, providerShareBps, unit);
    }

    /// @inheritdoc IStreamRegistry
    function cancelTerms(bytes32 contentId) external {
        _cancelTerms(msg.sender, contentId);
    }

    /// @inheritdoc IStreamRegistry
    function retire(bytes32 contentId) external {
        _retire(msg.sender, contentId);
    }

    /// @inheritdoc IStreamRegistry
    function contentIdOf(
        address creator,
        address token,
        string calldata cid
    ) external pure returns (bytes32) {
        return _contentIdOf(creator, token, cid);
    }

    /// @inheritdoc IStreamRegistry
    function termsOf(bytes32 contentId) external view returns (ContentTerms memory current) {
        Content storage content = _contents[contentId];
        Terms terms = _termsInForce(content);
        if (terms.creator() == address(0)) revert ContentUnknown(contentId);
        current.creator = terms.creator();
        current.token = content.token;
        current.pricePerUnit = terms.pricePerUnit();
        current.providerShareBps = terms.providerShareBps();
        current.unit = terms.unit();
        current.retired = terms.has(PackedTerms.RETIRED);
        if (terms.has(PackedTerms.HAS_SCHEDULED)) {
            Terms next = content.scheduled;
            current.scheduled = ScheduledTerms({
                effectiveAtSec: next.effectiveAtSec(),
                retires: next.has(PackedTerms.RETIRED),
                pricePerUnit: next.pricePerUnit(),
                providerShareBps: next.providerShareBps(),
                unit: next.unit()
            });
        }
    }

    /// @dev The creator's word with the terms in force; HAS_SCHEDULED only while a change is still to come.
    function _termsInForce(Content storage content) internal view returns (Terms terms) {
        terms = content.terms;
        if (terms.has(PackedTerms.HAS_SCHEDULED)) {
            Terms next = content.scheduled;
            if (block.timestamp >= next.effectiveAtSec()) terms = next.withHead(uint160(terms.creator()));
        }
    }

    function _publish(
        address account,
        Publication calldata publication
    ) internal returns (bytes32 contentId) {
        _checkLength("cid", bytes(publication.cid).length, 1, 128);
        _checkLength("name", bytes(publication.name).length, 0, 256);
        _checkLength("metadata", bytes(publication.metadata).length, 0, 4096);
        Terms terms = _pack(
            publication.pricePerUnit,
            publication.providerShareBps,
            publication.unit,
            publication.token
        );
        contentId = _contentIdOf(account, publication.token, publication.cid);
        Content storage content = _contents[contentId];
        uint256 effectiveAtSec = block.timestamp;
        if (content.terms.creator() == address(0)) {
            content.terms = terms.withHead(uint160(account));
            if (publication.token != address(0)) content.token = publication.token;
        } else {
            effectiveAtSec = _schedule(content, _retired(contentId, content), terms);
        }
        emit ContentPublished(
            contentId,
            account,
            publication.token,
            publication.pricePerUnit,
            publication.providerShareBps,
            publication.unit,
            effectiveAtSec,
            publication.cid,
            publication.name,
            publication.metadata
        );
    }

    function _scheduleTerms(
        address account,
        bytes32 contentId,
        uint256 pricePerUnit,
        uint16 providerShareBps,
        uint8 unit
    ) internal {
        Content storage content = _ownContent(account, contentId);
        Terms before = _changeable(contentId, content);
        Terms next = _pack(pricePerUnit, providerShareBps, unit, content.token);
        uint256 effectiveAtSec = _schedule(content, before, next);
        emit TermsScheduled(
            contentId,
            pricePerUnit,
            providerShareBps,
            unit,
            effectiveAtSec,
            before.pricePerUnit(),
            before.providerShareBps(),
            before.unit()
        );
    }

    function _retire(address account, bytes32 contentId) internal {
        Content storage content = _ownContent(account, contentId);
        Terms terms = _changeable(contentId, content);
        Terms next = terms.without(PackedTerms.HAS_SCHEDULED).with(PackedTerms.RETIRED);
        emit ContentRetired(
            contentId,
            _schedule(content, terms, next),
            terms.pricePerUnit(),
            terms.providerShareBps(),
            terms.unit()
        );
    }

    function _cancelTerms(address account, bytes32 contentId) internal {
        Content storage content = _ownContent(account, contentId);
        Terms terms = _termsInForce(content);
        if (!terms.has(PackedTerms.HAS_SCHEDULED)) revert NothingScheduled(contentId);
        content.terms = terms.without(PackedTerms.HAS_SCHEDULED);
        emit TermsCancelled(contentId);
    }

    /// @dev Puts the terms in force into the first slot and the change beside them.
    function _schedule(
        Content storage content,
        Terms inForce,
        Terms next
    ) private returns (uint256 effectiveAtSec) {
        effectiveAtSec = block.timestamp + noticeSec;
        content.terms = inForce.with(PackedTerms.HAS_SCHEDULED);
        content.scheduled = next.withHead(effectiveAtSec);
    }

    /// @dev The terms in force, if they may change: the content is not retired.
    function _changeable(bytes32 contentId, Content storage content) private view returns (Terms inForce) {
        inForce = _termsInForce(content);
        if (inForce.has(PackedTerms.RETIRED)) revert RetirementInForce(contentId);
        _requireSettled(contentId, content, inForce);
    }

    /// @dev The terms in force, if the content may be published again: it is retired.
    function _retired(bytes32 contentId, Content storage content) private view returns (Terms inForce) {
        inForce = _termsInForce(content);
        if (!inForce.has(PackedTerms.RETIRED)) revert ContentExists(contentId);
        _requireSettled(contentId, content, inForce);
    }

    /// @dev Reverts if the change that brought the terms in force is too fresh: vouchers that name the price before it may
    /// be on their way, and that price stands where the next change would.
    function _requireSettled(bytes32 contentId, Content storage content, Terms inForce) private view {
        bool changed =
            content.terms.has(PackedTerms.HAS_SCHEDULED) && !inForce.has(PackedTerms.HAS_SCHEDULED);
        uint256 untilSec = content.scheduled.effectiveAtSec() + withdrawDelaySec;
        if (changed && block.timestamp < untilSec) revert ChangeInGrace(contentId, untilSec);
    }

    function _ownContent(address account, bytes32 contentId) private view returns (Content storage content) {
        content = _contents[contentId];
        address creator = content.terms.creator();
        if (creator == address(0)) revert ContentUnknown(contentId);
        if (creator != account) revert NotCreator(contentId, account);
    }

    function _contentIdOf(
        address creator,
        address token,
        string calldata cid
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(creator, token, keccak256(bytes(cid))));
    }

    /// @dev Checked terms without a head.
    function _pack(uint256 price, uint16 shareBps, uint8 unit, address token) private pure returns (Terms) {
        if (price > type(uint72).max) revert PriceTooLarge(price);
        if (shareBps > MAX_SHARE_BPS) revert ShareTooLarge(shareBps);
        if (unit > MAX_UNIT) revert UnitUnknown(unit);
        uint8 flags = token == address(0) ? 0 : PackedTerms.HAS_TOKEN;
        return PackedTerms.pack(uint72(price), shareBps, unit, flags);
    }

    function _checkLength(bytes32 field, uint256 length, uint256 min, uint256 max) internal pure {
        if (length < min || length > max) revert LengthInvalid(field, length, max);
    }
}
