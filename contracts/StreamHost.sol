// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";
import {IStreamHost} from "./interfaces/IStreamHost.sol";
import {PackedTerms, Terms} from "./libraries/PackedTerms.sol";
import {PackedViews} from "./libraries/PackedViews.sol";
import {SignedRegistry} from "./SignedRegistry.sol";
import {SplitEscrow} from "./SplitEscrow.sol";
import {StreamRegistry} from "./StreamRegistry.sol";

/// @title Implements {IStreamHost}.
contract StreamHost is IStreamHost, SignedRegistry, SplitEscrow, Multicall {
    constructor(uint32 noticeSec_, uint32 withdrawDelaySec_) StreamRegistry(noticeSec_, withdrawDelaySec_) {}

    /// @inheritdoc IStreamHost
    function payView(bytes32 contentId, address provider, uint64 units, uint256 amount) external payable {
        Content storage content = _contents[contentId];
        if (!_isServed(content, provider)) revert StreamUnknown(contentId, provider);
        Terms terms = content.terms;
        address token;
        mapping(address account => uint256) storage book = _nativeCredits;
        if (terms.has(PackedTerms.HAS_TOKEN | PackedTerms.HAS_SCHEDULED)) {
            terms = _termsInForce(content);
            if (terms.has(PackedTerms.RETIRED)) revert RetirementInForce(contentId);
            token = content.token;
            book = _book(token);
        }
        unchecked {
            if (uint256(units) - 1 >= type(uint32).max) revert UnitsInvalid(units);
            uint256 expected = units * terms.pricePerUnit();
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
        _collect(token, amount);
    }

    function _sponsor(
        address token,
        uint256 lane,
        NonceWord memory nonces,
        SponsoredContent calldata group
    ) private returns (uint256 cost) {
        bytes32 contentId = group.contentId;
        uint256 unitPrice = group.unitPrice;
        bytes calldata views = group.views;
        if (views.length % PackedViews.VIEW_BYTES != 0) revert ViewsMalformed(views.length);
        Content storage content = _contents[contentId];
        Terms terms = _termsInForce(content);
        if (terms.creator() == address(0)) return _skip(lane, contentId, views, SkipReason.ContentUnknown);
        if (token != _tokenOf(content, terms)) return _skip(lane, contentId, views, SkipReason.OtherToken);
        if (unitPrice < terms.pricePerUnit()) return _skip(lane, contentId, views, SkipReason.PriceTooLow);
        if (unitPrice > type(uint72).max) revert PriceTooLarge(unitPrice);
        mapping(address account => uint256) storage book = _book(token);
        uint256 shareBps = terms.providerShareBps();
        uint256 creatorSum;
        uint256 log = PackedViews.openLog(views.length);
        uint256 end = log;
        unchecked {
            for (uint256 offset; offset < views.length; offset += PackedViews.VIEW_BYTES) {
                (address provider, uint256 units, uint256 counter, bytes32 ref) = PackedViews.read(
                    views,
                    offset,
                    contentId
                );
                uint256 nonce = (lane << 32) | counter;
                if (!_takeNonce(nonces, msg.sender, nonce)) {
                    emit ViewSkipped(msg.sender, contentId, ref, nonce, SkipReason.NonceUsed);
                    continue;
                }
                if (units == 0) revert UnitsInvalid(0);
                if (provider == address(0)) revert ProviderZero();
                uint256 amount = units * unitPrice;
                (uint256 creatorAmount, uint256 providerAmount) = _split(amount, shareBps);
                cost += amount;
                creatorSum += creatorAmount;
                book[provider] += providerAmount;
                end = PackedViews.appendLog(end, views, offset, ref, creatorAmount, providerAmount);
            }
            book[terms.creator()] += creatorSum;
        }
        PackedViews.emitLog(log, end, contentId, unitPrice, lane);
    }

    function _skip(
        uint256 lane,
        bytes32 contentId,
        bytes calldata views,
        SkipReason reason
    ) private returns (uint256 cost) {
        for (uint256 offset; offset < views.length; offset += PackedViews.VIEW_BYTES) {
            (, , uint256 counter, bytes32 ref) = PackedViews.read(views, offset, contentId);
            emit ViewSkipped(msg.sender, contentId, ref, (lane << 32) | counter, reason);
        }
        return 0;
    }

    function _tokenOf(Content storage content, Terms terms) private view returns (address) {
        return terms.has(PackedTerms.HAS_TOKEN) ? content.token : address(0);
    }
}
