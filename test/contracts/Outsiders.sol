// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../contracts/interfaces/IPaymentChannels.sol";
import {IStreamRegistry} from "../../contracts/interfaces/IStreamRegistry.sol";
import {IVoucherClaims} from "../../contracts/interfaces/IVoucherClaims.sol";
import {IHost} from "./IHost.sol";
import {VM} from "./CheatCodes.sol";

/// @title Accounts that no random sequence touches, and what their calls cost beside whatever it left.
abstract contract Outsiders {
    uint256 private constant KEY = 0xFA12;
    uint256 private constant PRICE = 1_000;
    uint256 private constant DEPOSIT = 5_000;
    uint256 internal constant CALLS = 7;
    address private constant CREATOR = address(0xC0);
    address private constant PROVIDER = address(0xB0);
    address private constant VIEWER = address(0xA0);

    /// @dev Their content, served.
    function _settle(IHost host) internal {
        VM.prank(CREATOR);
        bytes32 contentId = host.publish(
            IStreamRegistry.Publication("theirs", address(0), uint72(PRICE), 3_000, 0, "", "")
        );
        VM.prank(PROVIDER);
        host.registerStream(contentId, "url");
    }

    /// @dev What each of their calls needs, from a first payment to leaving the channel.
    function _gasOfCalls(IHost host) internal returns (uint256[CALLS] memory used) {
        VM.deal(VIEWER, PRICE + DEPOSIT);
        // Paid to both hosts' creditor, who must not be a new account to one of them only.
        VM.deal(PROVIDER, 1);
        bytes32 contentId = host.contentIdOf(CREATOR, address(0), "theirs");
        IPaymentChannels.Channel memory c = IPaymentChannels.Channel(
            VIEWER,
            PROVIDER,
            address(0),
            VM.addr(KEY),
            bytes32(0)
        );
        used[0] = _gas(host, VIEWER, PRICE, abi.encodeCall(host.payView, (contentId, PROVIDER, 1, PRICE)));
        bytes memory open = abi.encodeCall(host.open, (PROVIDER, address(0), c.authorizer, c.salt, DEPOSIT));
        used[1] = _gas(host, VIEWER, DEPOSIT, open);
        used[2] = _gas(host, PROVIDER, 0, _claim(host, host.channelIdOf(c), contentId));
        bytes memory ask = abi.encodeCall(
            host.initiateWithdraw,
            (PROVIDER, address(0), c.authorizer, c.salt)
        );
        used[3] = _gas(host, VIEWER, 0, ask);
        ask = abi.encodeCall(host.cancelWithdraw, (PROVIDER, address(0), c.authorizer, c.salt));
        used[4] = _gas(host, VIEWER, 0, ask);
        used[5] = _gas(host, PROVIDER, 0, abi.encodeCall(host.release, (c)));
        used[6] = _gas(host, PROVIDER, 0, abi.encodeCall(host.withdraw, (address(0))));
    }

    /// @dev Of the call alone: what a compiler puts around it depends on the memory that was used before.
    function _gas(
        IHost host,
        address account,
        uint256 value,
        bytes memory input
    ) private returns (uint256 used) {
        VM.prank(account);
        bool success;
        assembly ("memory-safe") {
            used := gas()
            success := call(gas(), host, value, add(input, 32), mload(input), 0, 0)
            used := sub(used, gas())
        }
        assert(success);
    }

    function _claim(IHost host, bytes32 channelId, bytes32 contentId) private view returns (bytes memory) {
        IVoucherClaims.Item[] memory items = new IVoucherClaims.Item[](1);
        items[0] = IVoucherClaims.Item(contentId, 2, uint72(PRICE));
        bytes32 digest = host.voucherDigest(IVoucherClaims.Voucher(channelId, 1, 0, items));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEY, digest);
        bytes32 vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
        bytes memory head = abi.encodePacked(channelId, r, vs, uint32(1), uint32(0), uint16(1));
        bytes memory vouchers = abi.encodePacked(head, uint16(0), uint32(2));
        IVoucherClaims.PricedContent[] memory contents = new IVoucherClaims.PricedContent[](1);
        contents[0] = IVoucherClaims.PricedContent(contentId, uint72(PRICE));
        return abi.encodeCall(host.claim, (PROVIDER, address(0), contents, vouchers));
    }
}
