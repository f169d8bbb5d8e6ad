// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITokenHook} from "./ITokenHook.sol";

/// @title An account with code that makes any call it is told to, and one more whenever it is paid. For tests.
contract Payee is ITokenHook {
    enum OnPayment {
        Accept,
        Refuse,
        Reenter,
        ReturnMuch
    }

    uint256 private constant MUCH_BYTES = 100_000;

    error PaymentRefused();

    /// @dev What came of the re-entering call.
    event Reentered(bool success, bytes result);

    OnPayment private _onPayment;
    address private _target;
    uint256 private _value;
    bytes private _call;

    receive() external payable {
        _paid();
    }

    function set(OnPayment onPayment) external {
        _onPayment = onPayment;
    }

    /// @dev Makes this call whenever it is paid.
    function reenter(address target, uint256 value, bytes calldata data) external {
        (_onPayment, _target, _value, _call) = (OnPayment.Reenter, target, value, data);
    }

    /// @dev Reverts as the call does.
    function execute(address target, uint256 value, bytes calldata data) external payable {
        (bool success, bytes memory result) = target.call{value: value}(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }

    function onTokenTransfer() external {
        _paid();
    }

    function _paid() private {
        if (_onPayment == OnPayment.Refuse) revert PaymentRefused();
        if (_onPayment == OnPayment.Accept) return;
        if (_onPayment == OnPayment.ReturnMuch) {
            assembly ("memory-safe") {
                return(0, MUCH_BYTES)
            }
        }
        (bool success, bytes memory result) = _target.call{value: _value}(_call);
        emit Reentered(success, result);
    }
}
