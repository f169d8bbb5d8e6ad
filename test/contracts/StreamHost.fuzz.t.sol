// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISignedCalls} from "../../contracts/interfaces/ISignedCalls.sol";
import {ISplitEscrow} from "../../contracts/interfaces/ISplitEscrow.sol";
import {IStreamHost} from "../../contracts/interfaces/IStreamHost.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {deployHost, IHost} from "./IHost.sol";
import {VM} from "./CheatCodes.sol";

/// @title Payments, terms, nonces and signatures for any number there may be.
contract StreamHostFuzzTest {
    uint32 private constant NOTICE_SEC = 2 days;
    uint32 private constant WITHDRAW_DELAY_SEC = 1 days;
    uint256 private constant VIEW_TIME_SEC = 1_795_000_000;
    address private constant NATIVE = address(0);
    address private constant CREATOR = address(0xC0);
    address private constant PROVIDER = address(0xB0);
    uint256 private constant MAX_KEY = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140;

    IHost private _host;

    function setUp() public {
        _host = deployHost(NOTICE_SEC, WITHDRAW_DELAY_SEC);
    }

    function testFuzzPayViewSplitsToTheWei(uint72 price, uint16 shareBps, uint32 units) public {
        (price, shareBps, units) = _terms(price, shareBps, units);
        bytes32 contentId = _serve(price, shareBps);
        uint256 amount = uint256(price) * units;
        VM.deal(address(this), amount);
        _host.payView{value: amount}(contentId, PROVIDER, units, amount);
        uint256 providerAmount = _host.credits(PROVIDER, NATIVE);
        assert(providerAmount == (amount * shareBps) / 10_000);
        assert(_host.credits(CREATOR, NATIVE) + providerAmount == amount);
        assert(address(_host).balance == amount);
    }

    function testFuzzPayViewTakesNoOtherAmount(
        uint72 price,
        uint32 units,
        uint256 amount,
        uint128 value
    ) public {
        (price, , units) = _terms(price, 0, units);
        bytes32 contentId = _serve(price, 0);
        uint256 expected = uint256(price) * units;
        if (amount == expected && value == expected) return;
        VM.deal(address(this), value);
        VM.expectRevert(abi.encodeWithSelector(ISplitEscrow.WrongAmount.selector, expected));
        _host.payView{value: value}(contentId, PROVIDER, units, amount);
    }

    function testFuzzSponsorViewsSplitsEachView(
        uint72 price,
        uint16 shareBps,
        uint32[3] memory units,
        uint96 surplus,
        uint128 lane
    ) public {
        bytes memory views;
        uint256 amount;
        uint256 providerAmount;
        (price, shareBps, ) = _terms(price, shareBps, 1);
        for (uint32 i; i < units.length; ++i) {
            (, , units[i]) = _terms(1, 0, units[i]);
            views = abi.encodePacked(views, address(this), PROVIDER, units[i], uint40(VIEW_TIME_SEC + i), i);
            amount += uint256(price) * units[i];
            providerAmount += (uint256(price) * units[i] * shareBps) / 10_000;
        }
        IStreamHost.SponsoredContent[] memory contents = new IStreamHost.SponsoredContent[](1);
        contents[0] = IStreamHost.SponsoredContent(_serve(price, shareBps), price, views);
        VM.deal(address(this), amount + surplus);
        VM.warp(VIEW_TIME_SEC + units.length);
        _host.sponsorViews{value: amount + surplus}(NATIVE, amount + surplus, lane, contents);
        assert(_host.credits(PROVIDER, NATIVE) == providerAmount);
        assert(_host.credits(CREATOR, NATIVE) == amount - providerAmount);
        assert(_host.credits(address(this), NATIVE) == surplus);
        for (uint256 i; i < units.length; ++i) {
            assert(_host.isNonceUsed(address(this), (uint256(lane) << 32) | i));
        }
    }

    function testFuzzTermsComeBackAsTheyWerePublished(
        address creator,
        address token,
        uint72 price,
        uint16 shareBps,
        uint8 unit,
        bytes32 cid
    ) public {
        if (creator == address(0)) return;
        (shareBps, unit) = (shareBps % 10_001, unit % 3);
        string memory text = string(abi.encodePacked(cid));
        VM.prank(creator);
        bytes32 contentId = _host.publish(
            IStreamRegistry.Publication(text, token, price, shareBps, unit, "", "")
        );
        assert(contentId == keccak256(abi.encode(creator, token, keccak256(abi.encodePacked(cid)))));
        assert(contentId == _host.contentIdOf(creator, token, text));
        IStreamRegistry.ContentTerms memory terms = _host.termsOf(contentId);
        assert(terms.creator == creator && terms.token == token && terms.unit == unit);
        assert(terms.pricePerUnit == price && terms.providerShareBps == shareBps && !terms.retired);
        assert(terms.scheduled.effectiveAtSec == 0);
    }

    function testFuzzScheduledTermsHoldOnceTheNoticeIsOver(
        uint72 price,
        uint16 shareBps,
        uint8 unit,
        uint32 laterSec
    ) public {
        (shareBps, unit) = (shareBps % 10_001, unit % 3);
        bytes32 contentId = _serve(1, 0);
        uint256 startSec = 1_795_000_000;
        VM.warp(startSec);
        VM.prank(CREATOR);
        _host.scheduleTerms(contentId, price, shareBps, unit);
        VM.warp(startSec + laterSec);
        IStreamRegistry.ContentTerms memory terms = _host.termsOf(contentId);
        if (laterSec < NOTICE_SEC) {
            assert(terms.pricePerUnit == 1 && terms.providerShareBps == 0 && terms.unit == 0);
            assert(
                terms.scheduled.effectiveAtSec == startSec + NOTICE_SEC &&
                    terms.scheduled.pricePerUnit == price
            );
        } else {
            assert(terms.pricePerUnit == price && terms.providerShareBps == shareBps && terms.unit == unit);
            assert(terms.scheduled.effectiveAtSec == 0);
        }
    }

    function testFuzzNoncesOfTheMaskAreUsedAndNoOthers(
        address account,
        uint248 word,
        uint256 mask,
        uint256 more,
        uint8 bit,
        uint256 other
    ) public {
        VM.prank(account);
        _host.invalidateNonces(word, mask);
        VM.prank(account);
        _host.invalidateNonces(word, more);
        bool used = (mask | more) & (1 << bit) != 0;
        assert(_host.isNonceUsed(account, (uint256(word) << 8) | bit) == used);
        assert(other >> 8 == word || !_host.isNonceUsed(account, other));
    }

    function testFuzzANonceIsUsedOnce(uint256 key, uint256 nonce) public {
        key = (key % MAX_KEY) + 1;
        address account = VM.addr(key);
        bytes32 contentId = _serveAs(account, 1, 0);
        bytes32 typeHash = keccak256(
            "Retire(address account,bytes32 contentId,uint256 nonce,uint256 deadline)"
        );
        bytes32 structHash = keccak256(abi.encode(typeHash, account, contentId, nonce, block.timestamp));
        bytes memory signature = _signed(key, _digest(structHash));
        _host.retireBySig(account, contentId, nonce, block.timestamp, signature);
        VM.expectRevert(abi.encodeWithSelector(ISignedCalls.NonceUsed.selector, account, nonce));
        _host.retireBySig(account, contentId, nonce, block.timestamp, signature);
    }

    function testFuzzOnlyTheAccountsKeySignsForIt(
        uint256 key,
        uint256 otherKey,
        uint256 nonce,
        uint256 deadline
    ) public {
        key = (key % MAX_KEY) + 1;
        otherKey = (otherKey % MAX_KEY) + 1;
        if (key == otherKey || deadline < block.timestamp) return;
        address account = VM.addr(key);
        bytes32 contentId = _serveAs(account, 1, 0);
        bytes32 typeHash = keccak256(
            "Retire(address account,bytes32 contentId,uint256 nonce,uint256 deadline)"
        );
        bytes32 digest = _digest(keccak256(abi.encode(typeHash, account, contentId, nonce, deadline)));
        bytes memory wrong = _signed(otherKey, digest);
        VM.expectRevert(abi.encodeWithSelector(ISignedCalls.SignatureInvalid.selector, account));
        _host.retireBySig(account, contentId, nonce, deadline, wrong);
        _host.retireBySig(account, contentId, nonce, deadline, _signed(key, digest));
        assert(_host.termsOf(contentId).scheduled.retires);
    }

    function _serve(uint72 price, uint16 shareBps) private returns (bytes32 contentId) {
        return _serveAs(CREATOR, price, shareBps);
    }

    function _serveAs(address creator, uint72 price, uint16 shareBps) private returns (bytes32 contentId) {
        VM.prank(creator);
        contentId = _host.publish(IStreamRegistry.Publication("cid", NATIVE, price, shareBps, 0, "", ""));
        VM.prank(PROVIDER);
        _host.registerStream(contentId, "url");
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _host.DOMAIN_SEPARATOR(), structHash));
    }

    function _signed(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The nearest numbers that are accepted.
    function _terms(
        uint72 price,
        uint16 shareBps,
        uint32 units
    ) private pure returns (uint72, uint16, uint32) {
        return (price == 0 ? 1 : price, shareBps % 10_001, units == 0 ? 1 : units);
    }
}
