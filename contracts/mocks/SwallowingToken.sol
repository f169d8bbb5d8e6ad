// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @title A token that answers every call it does not know with success, as wrapped coins do. For tests.
contract SwallowingToken is TestToken {
    event Swallowed(bytes4 selector);

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        emit Swallowed(msg.sig);
    }
}
