// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {deploy, deployHost, IHost} from "./IHost.sol";
import {ITestToken} from "./ITestToken.sol";
import {TermsModel} from "./TermsModel.sol";
import {VM} from "./CheatCodes.sol";

/// @title A host with a few accounts and contents, and what all of them should hold.
abstract contract StreamHostWorld {
    using TermsModel for TermsModel.History;

    uint256 internal constant NOTICE_SEC = 20;
    uint256 internal constant WITHDRAW_DELAY_SEC = 10;
    uint256 internal constant ACCOUNTS = 4;
    uint256 internal constant CONTENTS = 6;
    /// @dev Account i signs with ACCOUNT_KEY + i.
    uint256 internal constant ACCOUNT_KEY = 0xACC0;

    IHost public immutable host;

    /// @dev Each may be creator, provider, viewer and sponsor at once.
    address[ACCOUNTS] public accounts;
    /// @dev The native coin, an honest token that also moves on signatures, one that returns nothing.
    address[3] public tokens;
    bytes32[] public contentIds;

    /// @dev By token: what went in through payments, out through withdrawals, in by force.
    mapping(address token => uint256 amount) public paidIn;
    mapping(address token => uint256 amount) public paidOut;
    mapping(address token => uint256 amount) public forcedIn;
    mapping(address token => mapping(address account => uint256 amount)) public credited;

    /// @dev Time of the sequence; the runner's blocks do not move by themselves.
    uint256 public nowSec = 1_795_000_000;
    mapping(bytes32 contentId => address creator) internal _creatorOf;
    mapping(bytes32 contentId => address token) internal _tokenOf;
    mapping(bytes32 contentId => string cid) internal _cidOf;
    mapping(bytes32 contentId => TermsModel.History history) internal _historyOf;
    mapping(bytes32 contentId => mapping(address provider => bool active)) internal _serves;

    constructor() {
        VM.warp(nowSec);
        host = deployHost(uint32(NOTICE_SEC), uint32(WITHDRAW_DELAY_SEC));
        tokens = [
            address(0),
            deploy("SignedToken.sol:SignedToken", ""),
            deploy("SilentToken.sol:SilentToken", "")
        ];
        for (uint256 i; i < ACCOUNTS; ++i) accounts[i] = VM.addr(ACCOUNT_KEY + i);
        for (uint256 i; i < CONTENTS; ++i) {
            uint16 shareBps = uint16((3_333 * i) % 10_001);
            _addContent(accounts[i % 2], tokens[i % tokens.length], uint72(1_003 + i), shareBps);
        }
    }

    function contentCount() external view returns (uint256) {
        return contentIds.length;
    }

    function balanceOfHost(address token) external view returns (uint256) {
        return token == address(0) ? address(host).balance : ITestToken(token).balanceOf(address(host));
    }

    /// @dev Whether the host tells of the content what it should. Warp to `nowSec` first.
    function termsAreAsModelled(bytes32 contentId) external view returns (bool) {
        return _historyOf[contentId].equals(nowSec, host.termsOf(contentId));
    }

    /// @dev Makes the call as the account; it must succeed exactly if `expected`.
    function _do(address account, uint256 value, bytes memory call, bool expected) internal {
        VM.warp(nowSec);
        if (value != 0) VM.deal(account, value);
        VM.prank(account);
        (bool success, ) = address(host).call{value: value}(call);
        assert(success == expected);
    }

    /// @dev Gives the account what it is about to pay.
    function _provide(address account, address token, uint256 amount) internal returns (uint256 value) {
        if (token == address(0)) return amount;
        ITestToken(token).mint(account, amount);
        VM.prank(account);
        // The token that returns nothing would not decode as `IERC20.approve`.
        (bool approved, ) = token.call(abi.encodeCall(IERC20.approve, (address(host), amount)));
        assert(approved);
        return 0;
    }

    function _publication(
        bytes32 contentId,
        uint72 price,
        uint16 shareBps
    ) internal view returns (IStreamRegistry.Publication memory) {
        return
            IStreamRegistry.Publication(_cidOf[contentId], _tokenOf[contentId], price, shareBps, 0, "", "");
    }

    function _account(uint256 seed) internal view returns (address) {
        return accounts[seed % ACCOUNTS];
    }

    /// @dev What `_account` takes for this account.
    function _seedOf(address account) internal view returns (uint256 seed) {
        while (accounts[seed] != account) ++seed;
    }

    /// @dev The account's signature of this struct, for the host.
    function _signAs(uint256 seed, bytes32 structHash) internal view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", host.DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(ACCOUNT_KEY + (seed % ACCOUNTS), digest);
        return abi.encodePacked(r, s, v);
    }

    function _content(uint256 seed) internal view returns (bytes32) {
        return contentIds[seed % contentIds.length];
    }

    function _addContent(address creator, address token, uint72 price, uint16 shareBps) private {
        string memory cid = string(abi.encodePacked("cid ", bytes1(uint8(0x30 + contentIds.length))));
        bytes32 contentId = host.contentIdOf(creator, token, cid);
        contentIds.push(contentId);
        (_creatorOf[contentId], _tokenOf[contentId], _cidOf[contentId]) = (creator, token, cid);
        VM.prank(creator);
        host.publish(_publication(contentId, price, shareBps));
        _historyOf[contentId].changes.push(TermsModel.Change(nowSec, price, shareBps, 0, false));
        VM.prank(accounts[2]);
        host.registerStream(contentId, "url");
        _serves[contentId][accounts[2]] = true;
    }
}
