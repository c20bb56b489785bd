"""From objects in the model bucket to a release: in comes the news of one object, out goes a started release.

Called by the function `receive_upload` alone, from `receive.UploadReceiver.receive`, which reads as the steps follow:

| step | module | what it answers |
|---|---|---|
| list | `upload` | which objects lie below the prefix now, and what the marker `_RELEASE` beside them says (`marker`) |
| settle | `settle` | whether the upload is complete, and if not, when to look again (`NotSettled`) |
| freeze | `freeze` | the candidate: exact object versions, named by content |
| validate | `validation` | every reason why the candidate is unfit, and its author |
| open, start | `receive` | the release in the ledger, refused or started |
"""
