// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {ContentRegistry} from "./ContentRegistry.sol";
import {IStreamHost} from "./interfaces/IStreamHost.sol";
import {PaymentChannels} from "./PaymentChannels.sol";
import {PackedTerms, Terms} from "./libraries/PackedTerms.sol";
import {PackedViews} from "./libraries/PackedViews.sol";
import {SignedChannels} from "./SignedChannels.sol";
import {SignedRegistry} from "./SignedRegistry.sol";
import {VoucherClaims} from "./VoucherClaims.sol";

/// @title Implements {IStreamHost}.
contract StreamHost is IStreamHost, SignedRegistry, SignedChannels, VoucherClaims, Multicall {
    constructor(
        uint32 noticeSec_,
        uint32 withdrawDelaySec_
    ) ContentRegistry(noticeSec_, withdrawDelaySec_) PaymentChannels(withdrawDelaySec_) {}

    /// @inheritdoc IStreamHost
    function payView(bytes32 contentId, address provider, uint64 units, uint256 amount) external payable {
        Content storage content = _contents[contentId];
        if (!_isServed(content, provider)) revert StreamUnknown(contentId, provider);
        Terms terms = content.terms;
        address token;
        mapping(address account => uint256) storage book = _nativeCredits;
        if (terms.has(PackedTerms.HAS_TOKEN | PackedTerms.HAS_SCHEDULED | PackedTerms.RETIRED)) {
            terms = _termsInForce(content);
            if (terms.has(PackedTerms.RETIRED)) revert RetirementInForce(contentId);
            token = content.token;
            book = _book(token);
        }
        // Zero units wrap around to more than the limit. A price is below 2^72, so an amount is below 2^104, and there
        // can't be enough payments for a credit of 2^256.
        unchecked {
            if (uint256(units) - 1 >= type(uint32).max) revert UnitsInvalid(units);
            uint256 expected = units * terms.pricePerUnit();
            if (expected == 0) revert ContentFree(contentId);
            if (amount != expected) revert WrongAmount(expected);
            (uint256 creatorAmount, uint256 providerAmount) = _split(amount, terms.providerShareBps());
            book[terms.creator()] += creatorAmount;
            book[provider] += providerAmount;
            emit ViewPaid(contentId, msg.sender, provider, units, creatorAmount, providerAmount);
        }
        if (token != address(0)) _pull(IERC20(token), amount);
        else if (msg.value != amount) revert WrongAmount(amount);
    }

    /// @inheritdoc IStreamHost
    function sponsorViews(
        address token,
        uint256 amount,
        uint256 lane,
        SponsoredContent[] calldata contents
    ) external payable {
        if (lane >> 224 != 0) revert LaneTooLarge(lane);
        NonceWord memory nonces = _noNonces();
        uint256 cost;
        for (uint256 i; i < contents.length; ++i) cost += _sponsor(token, lane, nonces, contents[i]);
        _storeNonces(nonces, msg.sender);
        if (cost > amount) revert SponsorshipTooLow(cost, amount);
        if (cost < amount) {
            _book(token)[msg.sender] += amount - cost;
            emit SurplusCredited(msg.sender, token, amount - cost);
        }
        _take(token, amount);
    }

    /// @dev Pays the views of one content, or skips them all for the same reason.
    function _sponsor(
        address token,
        uint256 lane,
        NonceWord memory nonces,
        SponsoredContent calldata group
    ) private returns (uint256 cost) {
        if (group.views.length % PackedViews.VIEW_BYTES != 0) revert ViewsMalformed(group.views.length);
        if (group.unitPrice > type(uint72).max) revert PriceTooLarge(group.unitPrice);
        Content storage content = _contents[group.contentId];
        Terms terms = _termsInForce(content);
        address coin = terms.has(PackedTerms.HAS_TOKEN) ? content.token : address(0);
        if (terms.creator() == address(0)) _skip(lane, group, SkipReason.ContentUnknown);
        else if (coin != token) _skip(lane, group, SkipReason.OtherToken);
        else if (terms.pricePerUnit() == 0) _skip(lane, group, SkipReason.ContentFree);
        else if (group.unitPrice < terms.pricePerUnit()) _skip(lane, group, SkipReason.PriceTooLow);
        else cost = _pay(_book(token), terms, lane, nonces, group);
    }

    /// @dev Pays the views of one content, except those that are dated after the block or whose nonce was used.
    function _pay(
        mapping(address account => uint256 amount) storage book,
        Terms terms,
        uint256 lane,
        NonceWord memory nonces,
        SponsoredContent calldata group
    ) private returns (uint256 cost) {
        bytes calldata views = group.views;
        uint256 unitPrice = group.unitPrice;
        uint256 creatorSum;
        uint256 log = PackedViews.openLog(views.length);
        uint256 end = log;
        // A price is below 2^72 and units below 2^32, so a view costs less than 2^104, and there can't be enough of them
        // for a sum of 2^256.
        unchecked {
            for (uint256 offset; offset < views.length; offset += PackedViews.VIEW_BYTES) {
                (address provider, uint256 units, uint256 nonce, bytes32 ref) = PackedViews.read(
                    views,
                    offset,
                    group.contentId,
                    lane
                );
                bool early = PackedViews.timeAt(views, offset) > block.timestamp;
                if (early || !_takeNonce(nonces, msg.sender, nonce)) {
                    SkipReason reason = early ? SkipReason.TimeInFuture : SkipReason.NonceUsed;
                    emit ViewSkipped(msg.sender, group.contentId, ref, nonce, reason);
                    continue;
                }
                if (units == 0) revert UnitsInvalid(0);
                if (provider == address(0) || provider == address(this)) revert ProviderInvalid(provider);
                (uint256 creatorAmount, uint256 providerAmount) = _split(
                    units * unitPrice,
                    terms.providerShareBps()
                );
                cost += units * unitPrice;
                creatorSum += creatorAmount;
                book[provider] += providerAmount;
                end = PackedViews.appendLog(end, views, offset, ref, creatorAmount, providerAmount);
            }
            book[terms.creator()] += creatorSum;
        }
        PackedViews.emitLog(log, end, group.contentId, unitPrice, lane);
    }

    function _skip(uint256 lane, SponsoredContent calldata group, SkipReason reason) private {
        bytes calldata views = group.views;
        for (uint256 offset; offset < views.length; offset += PackedViews.VIEW_BYTES) {
            (, , uint256 nonce, bytes32 ref) = PackedViews.read(views, offset, group.contentId, lane);
            emit ViewSkipped(msg.sender, group.contentId, ref, nonce, reason);
        }
    }
}
