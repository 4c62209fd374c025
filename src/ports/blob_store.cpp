#include "ports/blob_store.h"

#include "base/sha256.h"

namespace cairn {

Result<BlobId> put_blob(BlobStore& store, Bytes bytes) {
  CAIRN_TRY(std::unique_ptr<BlobWriter> writer, store.create());
  CAIRN_CHECK(writer->append(bytes));
  return writer->finish();
}

Result<void> check_hash(const BlobId& id, Bytes bytes) {
  if (to_hex(Sha256::of(bytes)) != id.value())
    return fail(ErrorKind::corrupt, "blob " + id.value() + " does not match its name: restore it from a backup");
  return {};
}

}  // namespace cairn
