// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StreamHost} from "../../contracts/StreamHost.sol";
import {StreamHostHandler} from "./StreamHostHandler.sol";
import {VM} from "./CheatCodes.sol";

/// @title What holds after every call of a random sequence; the numbers are those of docs/invariants.md.
/// @dev Number 6, that only its owner lowers a credit, is asserted around every single call of the handler, and so
/// is that calls succeed exactly when they should.
contract StreamHostInvariantsTest {
    uint256 private constant ACCOUNTS = 4;
    uint256 private constant TOKENS = 3;

    StreamHostHandler private _handler;
    StreamHost private _host;

    function setUp() public {
        _handler = new StreamHostHandler();
        _host = _handler.host();
    }

    /// @dev Read by the test runner: random calls go to the handler alone.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev 1: the contract holds the credits, and beyond them only what was forced in.
    function invariant1BalanceIsCreditsAndForcedMoney() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            assert(_handler.balanceOfHost(token) == _sumOfCredits(token) + _handler.forcedIn(token));
        }
    }

    /// @dev 2: money in is money out and held.
    function invariant2MoneyInIsMoneyOutAndHeld() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            assert(_handler.paidIn(token) == _handler.paidOut(token) + _sumOfCredits(token));
        }
    }

    /// @dev 5: terms change by notice only...
    function invariant5TermsInForceChangeByNoticeOnly() external {
        VM.warp(_handler.nowSec());
        for (uint256 i; i < _handler.contentCount(); ++i) {
            assert(_handler.termsAreAsModelled(_handler.contentIds(i)));
        }
    }

    /// @dev ... and 5, 6: each credit is what its payments and withdrawals made it, whatever happened else.
    function invariant56CreditsAreWhatPaymentsAndWithdrawalsMadeThem() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            for (uint256 a; a < ACCOUNTS; ++a) {
                address account = _handler.accounts(a);
                assert(_host.credits(account, token) == _handler.credited(token, account));
            }
        }
    }

    function _sumOfCredits(address token) private view returns (uint256 sum) {
        for (uint256 a; a < ACCOUNTS; ++a) sum += _host.credits(_handler.accounts(a), token);
    }
}
