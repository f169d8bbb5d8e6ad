// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStreamHost} from "../../contracts/interfaces/IStreamHost.sol";
import {ITestToken} from "./ITestToken.sol";
import {StreamHostWorld} from "./StreamHostWorld.sol";
import {TermsModel} from "./TermsModel.sol";
import {VM} from "./CheatCodes.sol";

/// @title What random sequences are made of: any account makes any call, which must succeed exactly if it should.
/// What accounts and contents should hold afterwards is taken down as the specification says it.
abstract contract StreamHostHandler is StreamHostWorld {
    using TermsModel for TermsModel.History;

    uint256 internal constant LANE = 7;
    uint256 internal constant COUNTERS = 32;

    mapping(address sponsor => mapping(uint256 counter => bool used)) internal _counterUsed;

    /// @dev Whether the host knows exactly the nonces that were used.
    function usedNoncesAreUsed() external view returns (bool) {
        for (uint256 a; a < ACCOUNTS; ++a) {
            for (uint256 counter; counter < COUNTERS; ++counter) {
                bool used = _counterUsed[accounts[a]][counter];
                if (host.isNonceUsed(accounts[a], _nonceOf(counter)) != used) return false;
            }
        }
        return true;
    }

    function passTime(uint256 seed) external {
        nowSec += seed % (2 * NOTICE_SEC);
    }

    function publishAgain(uint256 contentSeed, uint16 price, uint16 shareBps) external {
        bytes32 contentId = _content(contentSeed);
        TermsModel.History storage history = _historyOf[contentId];
        bool expected = history.inForce(nowSec).retires && history.isSettled(nowSec, WITHDRAW_DELAY_SEC);
        (uint72 newPrice, uint16 newShareBps) = _terms(price, shareBps);
        bytes memory call = abi.encodeCall(host.publish, (_publication(contentId, newPrice, newShareBps)));
        _do(_creatorOf[contentId], 0, call, expected);
        uint256 fromSec = nowSec + NOTICE_SEC;
        if (expected) history.schedule(TermsModel.Change(fromSec, newPrice, newShareBps, 0, false), nowSec);
    }

    function scheduleTerms(
        uint256 seed,
        uint256 contentSeed,
        uint16 price,
        uint16 shareBps,
        uint8 unit
    ) external {
        bytes32 contentId = _content(contentSeed);
        unit %= 4;
        bool expected = _mayChange(_account(seed), contentId) && unit < 3;
        (uint72 newPrice, uint16 newShareBps) = _terms(price, shareBps);
        bytes memory call = abi.encodeCall(host.scheduleTerms, (contentId, newPrice, newShareBps, unit));
        _do(_account(seed), 0, call, expected);
        TermsModel.Change memory change = TermsModel.Change(
            nowSec + NOTICE_SEC,
            newPrice,
            newShareBps,
            unit,
            false
        );
        if (expected) _historyOf[contentId].schedule(change, nowSec);
    }

    function retire(uint256 seed, uint256 contentSeed) external {
        bytes32 contentId = _content(contentSeed);
        bool expected = _mayChange(_account(seed), contentId);
        _do(_account(seed), 0, abi.encodeCall(host.retire, (contentId)), expected);
        TermsModel.Change memory change = _historyOf[contentId].inForce(nowSec);
        (change.fromSec, change.retires) = (nowSec + NOTICE_SEC, true);
        if (expected) _historyOf[contentId].schedule(change, nowSec);
    }

    function cancelTerms(uint256 seed, uint256 contentSeed) external {
        bytes32 contentId = _content(contentSeed);
        TermsModel.History storage history = _historyOf[contentId];
        bool expected = _account(seed) == _creatorOf[contentId] && history.hasPending(nowSec);
        _do(_account(seed), 0, abi.encodeCall(host.cancelTerms, (contentId)), expected);
        if (expected) history.cancel(nowSec);
    }

    /// @dev Calls that seldom follow each other by chance: the content is retired, published again, and that cancelled.
    function republishInVain(uint256 contentSeed, uint16 price) external {
        uint256 creatorSeed = _seedOf(_creatorOf[_content(contentSeed)]);
        this.retire(creatorSeed, contentSeed);
        this.passTime(NOTICE_SEC + WITHDRAW_DELAY_SEC);
        this.publishAgain(contentSeed, price, 0);
        this.cancelTerms(creatorSeed, contentSeed);
    }

    function registerStream(uint256 seed, uint256 contentSeed) external {
        (address provider, bytes32 contentId) = (_account(seed), _content(contentSeed));
        bool expected = !_serves[contentId][provider] && !_historyOf[contentId].inForce(nowSec).retires;
        _do(provider, 0, abi.encodeCall(host.registerStream, (contentId, "url")), expected);
        if (expected) _serves[contentId][provider] = true;
    }

    function deregisterStream(uint256 seed, uint256 contentSeed) external {
        (address provider, bytes32 contentId) = (_account(seed), _content(contentSeed));
        bool expected = _serves[contentId][provider];
        _do(provider, 0, abi.encodeCall(host.deregisterStream, (contentId)), expected);
        _serves[contentId][provider] = false;
    }

    /// @dev One payment in four is off by one.
    function payView(
        uint256 seed,
        uint256 contentSeed,
        uint256 providerSeed,
        uint8 unitSeed,
        uint8 off
    ) external {
        (address viewer, address provider) = (_account(seed), _account(providerSeed));
        bytes32 contentId = _content(contentSeed);
        TermsModel.Change memory terms = _historyOf[contentId].inForce(nowSec);
        uint64 units = uint64(unitSeed) + 1;
        uint256 amount = terms.pricePerUnit * units + (off % 4 == 0 ? 1 : 0);
        bool isPriced = terms.pricePerUnit != 0 && !terms.retires;
        bool expected = _serves[contentId][provider] && isPriced && off % 4 != 0;
        address token = _tokenOf[contentId];
        uint256 value = _provide(viewer, token, amount);
        _do(viewer, value, abi.encodeCall(host.payView, (contentId, provider, units, amount)), expected);
        if (!expected) return;
        paidIn[token] += amount;
        _creditSplit(contentId, provider, amount);
    }

    /// @dev Two views of a content, the second of this second or the next; the price may be too low or none, a counter
    /// used, the value more than needed.
    function sponsorViews(
        uint256 seed,
        uint256 contentSeed,
        uint256 providerSeed,
        uint8[2] calldata unitSeeds,
        uint8[2] calldata counterSeeds,
        uint8 priceSeed,
        uint8 surplus
    ) external {
        (address sponsor, bytes32 contentId) = (_account(seed), _content(contentSeed));
        uint256 price = _historyOf[contentId].inForce(nowSec).pricePerUnit;
        uint256 unitPrice = price + (priceSeed % 4) - (price == 0 ? 0 : 1);
        bytes memory views;
        uint256 cost;
        for (uint256 i; i < 2; ++i) {
            address provider = _account((providerSeed % ACCOUNTS) + i);
            uint32 units = uint32(unitSeeds[i]) + 1;
            uint32 counter = uint32(counterSeeds[i] % COUNTERS);
            uint256 viewTimeSec = nowSec + (i * (surplus % 2));
            views = abi.encodePacked(views, sponsor, provider, units, uint40(viewTimeSec), counter);
            if (price == 0 || unitPrice < price || viewTimeSec > nowSec) continue;
            if (_counterUsed[sponsor][counter]) continue;
            _counterUsed[sponsor][counter] = true;
            cost += units * unitPrice;
            _creditSplit(contentId, provider, units * unitPrice);
        }
        IStreamHost.SponsoredContent[] memory contents = new IStreamHost.SponsoredContent[](1);
        contents[0] = IStreamHost.SponsoredContent(contentId, unitPrice, views);
        address token = _tokenOf[contentId];
        uint256 value = _provide(sponsor, token, cost + surplus);
        _do(sponsor, value, abi.encodeCall(host.sponsorViews, (token, cost + surplus, LANE, contents)), true);
        credited[token][sponsor] += surplus;
        paidIn[token] += cost + surplus;
    }

    function invalidateNonces(uint256 seed, uint256 mask) external {
        address account = _account(seed);
        // Few at a time, or there would soon be none left.
        mask &= (1 << (seed % COUNTERS)) | (1 << ((seed >> 8) % COUNTERS));
        _do(account, 0, abi.encodeCall(host.invalidateNonces, (_nonceOf(0) >> 8, mask)), true);
        for (uint256 counter; counter < COUNTERS; ++counter) {
            if (mask & (1 << counter) != 0) _counterUsed[account][counter] = true;
        }
    }

    function withdraw(uint256 seed, uint256 tokenSeed) external {
        address token = tokens[tokenSeed % tokens.length];
        _withdraw(_account(seed), _account(seed), token, abi.encodeCall(host.withdraw, (token)));
    }

    function withdrawTo(uint256 seed, uint256 toSeed, uint256 tokenSeed) external {
        address token = tokens[tokenSeed % tokens.length];
        bytes memory call = abi.encodeCall(host.withdrawTo, (token, _account(toSeed)));
        _withdraw(_account(seed), _account(seed), token, call);
    }

    function withdrawFor(uint256 seed, uint256 accountSeed, uint256 tokenSeed) external {
        address token = tokens[tokenSeed % tokens.length];
        address account = _account(accountSeed);
        _withdraw(_account(seed), account, token, abi.encodeCall(host.withdrawFor, (account, token)));
    }

    function force(uint256 tokenSeed, uint8 amount) external {
        address token = tokens[tokenSeed % tokens.length];
        if (token == address(0)) VM.deal(address(host), address(host).balance + amount);
        else ITestToken(token).mint(address(host), amount);
        forcedIn[token] += amount;
    }

    function _nonceOf(uint256 counter) internal pure returns (uint256) {
        return (LANE << 32) | counter;
    }

    function _withdraw(address caller, address account, address token, bytes memory call) private {
        uint256 amount = credited[token][account];
        _do(caller, 0, call, true);
        credited[token][account] = 0;
        paidOut[token] += amount;
    }

    function _creditSplit(bytes32 contentId, address provider, uint256 amount) internal {
        uint256 shareBps = _historyOf[contentId].inForce(nowSec).providerShareBps;
        uint256 providerAmount = (amount * shareBps) / 10_000;
        credited[_tokenOf[contentId]][provider] += providerAmount;
        credited[_tokenOf[contentId]][_creatorOf[contentId]] += amount - providerAmount;
    }

    function _mayChange(address account, bytes32 contentId) private view returns (bool) {
        TermsModel.History storage history = _historyOf[contentId];
        bool settled = history.isSettled(nowSec, WITHDRAW_DELAY_SEC);
        return account == _creatorOf[contentId] && settled && !history.inForce(nowSec).retires;
    }

    /// @dev One price in eight is none.
    function _terms(uint16 price, uint16 shareBps) private pure returns (uint72, uint16) {
        return (price % 8 == 0 ? 0 : uint72(price), shareBps % 10_001);
    }
}
