// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ContentRegistry} from "../../contracts/ContentRegistry.sol";
import {PaymentChannels} from "../../contracts/PaymentChannels.sol";
import {StreamRegistry} from "../../contracts/StreamRegistry.sol";
import {PlainVoucherClaims} from "./PlainVoucherClaims.sol";

/// @title The contract as far as claims need it, with plain claims.
contract PlainStreamHost is StreamRegistry, PlainVoucherClaims {
    constructor(
        uint32 noticeSec_,
        uint32 withdrawDelaySec_
    )
        ContentRegistry(noticeSec_, withdrawDelaySec_)
        PaymentChannels(withdrawDelaySec_)
        EIP712("StreamHost", "1")
    {}
}
