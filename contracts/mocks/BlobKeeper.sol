// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What EthStorage's contract does for a FlatDirectory: notes blobs, for a payment. For tests.
contract BlobKeeper {
    struct Kept {
        bytes24 hash;
        uint64 length;
    }

    uint256 private constant PAYMENT = 1e12;
    mapping(address owner => mapping(bytes32 key => Kept)) private _kept;

    error NoBlob(uint256 index);
    error Unpaid();

    function putBlob(bytes32 key, uint256 index, uint256 length) external payable {
        if (blobhash(index) == 0) revert NoBlob(index);
        if (msg.value < PAYMENT) revert Unpaid();
        _kept[msg.sender][key] = Kept({hash: bytes24(blobhash(index)), length: uint64(length)});
    }

    function hash(bytes32 key) external view returns (bytes24) {
        return _kept[msg.sender][key].hash;
    }

    function size(bytes32 key) external view returns (uint256) {
        return _kept[msg.sender][key].length;
    }

    function upfrontPayment() external pure returns (uint256) {
        return PAYMENT;
    }
}
