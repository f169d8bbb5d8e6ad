// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {deploy, IHost} from "./IHost.sol";
import {ITestToken} from "./ITestToken.sol";
import {ChannelsHandler} from "./ChannelsHandler.sol";
import {ChannelsWorld} from "./ChannelsWorld.sol";
import {VM} from "./CheatCodes.sol";
import {Outsiders} from "./Outsiders.sol";

/// @title What holds after every call of a random sequence; the numbers are those of docs/invariants.md.
/// @dev Asserted of every single call of the handler as well: that it succeeds exactly when it should.
contract StreamHostInvariantsTest is Outsiders {
    uint256 private constant ACCOUNTS = 4;
    uint256 private constant TOKENS = 3;

    ChannelsHandler private _handler;
    IHost private _host;

    function setUp() public {
        _handler = ChannelsHandler(deploy("ChannelsHandler.sol:ChannelsHandler", ""));
        _host = _handler.host();
        _settle(_host);
        _settle(_handler.twin());
    }

    /// @dev Read by the test runner: random calls go to the handler alone.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev 1: the contract holds deposits and credits, and beyond them only what was forced in.
    function invariant1BalanceIsDepositsCreditsAndForcedMoney() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            uint256 owed = _sumOfCredits(token) + _sumOfDeposits(token);
            assert(_handler.balanceOfHost(token) == owed + _handler.forcedIn(token));
        }
    }

    /// @dev 2: money in is money out and held.
    function invariant2MoneyInIsMoneyOutAndHeld() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            uint256 held = _sumOfCredits(token) + _sumOfDeposits(token);
            assert(_handler.paidIn(token) == _handler.paidOut(token) + held);
        }
    }

    /// @dev 3: what was honoured once is not honoured again, here or at another contract.
    function invariant3NothingIsHonouredTwice() external {
        VM.warp(_handler.nowSec());
        for (uint256 i; i < _handler.paidCount(); ++i) {
            ChannelsWorld.ModelVoucher memory model = _handler.paidVoucher(i);
            assert(_verdict(_host, model).reason != IVoucherClaims.RejectReason.None);
            assert(_verdict(_handler.twin(), model).reason == IVoucherClaims.RejectReason.SignerUnknown);
        }
        assert(_handler.usedNoncesAreUsed());
    }

    /// @dev 4: a voucher that `claimable` called good stays good until the viewer has left or the grace of a price is over,
    /// whatever creators do.
    function invariant4VouchersCalledGoodStayGood() external {
        VM.warp(_handler.nowSec());
        for (uint256 c; c < _handler.CHANNELS(); ++c) {
            (ChannelsWorld.ModelVoucher memory model, bool isOwed) = _handler.heldVoucher(c);
            if (isOwed) assert(_verdict(_host, model).reason == IVoucherClaims.RejectReason.None);
        }
    }

    /// @dev 5: terms change by notice only...
    function invariant5TermsInForceChangeByNoticeOnly() external {
        VM.warp(_handler.nowSec());
        for (uint256 i; i < _handler.contentCount(); ++i) {
            assert(_handler.termsAreAsModelled(_handler.contentIds(i)));
        }
    }

    /// @dev ... and 5, 6: each credit is what its payments and withdrawals made it, whatever happened else...
    function invariant56CreditsAreWhatPaymentsAndWithdrawalsMadeThem() external view {
        for (uint256 t; t < TOKENS; ++t) {
            address token = _handler.tokens(t);
            for (uint256 a; a < ACCOUNTS; ++a) {
                address account = _handler.accounts(a);
                assert(_host.credits(account, token) == _handler.credited(token, account));
            }
        }
    }

    /// @dev ... and 6: so is each channel's deposit, with its epoch, numbers and withdrawal.
    function invariant6ChannelsAreWhatTheirPartiesMadeThem() external view {
        for (uint256 c; c < _handler.CHANNELS(); ++c) {
            ChannelsWorld.ModelChannel memory channel = _handler.channelAt(c);
            IPaymentChannels.ChannelState memory state = _host.channelOf(channel.config);
            assert(keccak256(abi.encode(state)) == keccak256(abi.encode(channel.state)));
        }
    }

    /// @dev 8: no deposit is covered by an exit that is older than it.
    function invariant8NoExitIsOlderThanTheDeposit() external view {
        for (uint256 c; c < _handler.CHANNELS(); ++c) {
            ChannelsWorld.ModelChannel memory channel = _handler.channelAt(c);
            uint256 withdrawableAtSec = _host.channelOf(channel.config).withdrawableAtSec;
            uint256 leastSec = channel.depositedAtSec + _host.withdrawDelaySec();
            assert(withdrawableAtSec == 0 || withdrawableAtSec >= leastSec);
        }
    }

    /// @dev 9: a viewer without native coin, whose provider is silent, gets its token back.
    function invariant9ViewersGetTheirTokensBack() external {
        uint256 delaySec = _host.withdrawDelaySec();
        for (uint256 c; c < _handler.CHANNELS(); ++c) {
            IPaymentChannels.Channel memory config = _handler.channelAt(c).config;
            IPaymentChannels.ChannelState memory state = _host.channelOf(config);
            if (config.token == address(0) || state.deposit == 0) continue;
            uint256 owed = state.deposit + _host.credits(config.viewer, config.token);
            uint256 before = ITestToken(config.token).balanceOf(config.viewer);
            VM.deal(config.viewer, 0);
            VM.warp(_handler.nowSec());
            if (state.withdrawableAtSec == 0) _leaveBySig(config);
            VM.warp(_handler.nowSec() + delaySec);
            _host.finalizeWithdraw(config);
            _host.withdrawFor(config.viewer, config.token);
            assert(ITestToken(config.token).balanceOf(config.viewer) == before + owed);
        }
    }

    /// @dev 7: calls of others need the same gas beside whatever was done as at a contract where nothing was.
    function invariant7GasDoesNotDependOnWhatOthersDid() external {
        VM.warp(_handler.nowSec());
        uint256[CALLS] memory used = _gasOfCalls(_host);
        uint256[CALLS] memory usedAlone = _gasOfCalls(_handler.twin());
        for (uint256 i; i < CALLS; ++i) assert(used[i] == usedAlone[i]);
    }

    function _verdict(
        IHost host,
        ChannelsWorld.ModelVoucher memory model
    ) private view returns (IVoucherClaims.Verdict memory) {
        ChannelsWorld.ModelVoucher[] memory models = new ChannelsWorld.ModelVoucher[](1);
        models[0] = model;
        (IVoucherClaims.PricedContent[] memory contents, bytes memory vouchers) = _handler.packed(models);
        IPaymentChannels.Channel memory config = _handler.channelAt(model.channel).config;
        return host.claimable(config.provider, config.token, contents, vouchers)[0];
    }

    /// @dev Anybody submits it, far from the nonces that the sequence uses.
    function _leaveBySig(IPaymentChannels.Channel memory config) private {
        uint256 nonce = uint256(keccak256(abi.encode(config)));
        (uint256 deadline, bytes memory signature) = _handler.signExit(config, nonce);
        _host.initiateWithdrawBySig(config, nonce, deadline, signature);
    }

    function _sumOfDeposits(address token) private view returns (uint256 sum) {
        for (uint256 c; c < _handler.CHANNELS(); ++c) {
            IPaymentChannels.Channel memory config = _handler.channelAt(c).config;
            if (config.token == token) sum += _host.channelOf(config).deposit;
        }
    }

    function _sumOfCredits(address token) private view returns (uint256 sum) {
        for (uint256 a; a < ACCOUNTS; ++a) sum += _host.credits(_handler.accounts(a), token);
    }
}
