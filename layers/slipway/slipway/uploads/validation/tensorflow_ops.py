"""The operations that a SavedModel may use: they compute on tensors and variables, and touch neither files nor Python.

`SAVER` are those that read and write checkpoints. Every export has them, in functions of its own.
"""

SAVER = frozenset(("MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename"))
_SAFE = """
Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin AsString Asin Asinh Assert AssignAddVariableOp
AssignSubVariableOp AssignVariableOp Atan Atan2 Atanh AvgPool AvgPool3D BatchMatMul BatchMatMulV2 BatchMatMulV3
BatchToSpaceND BiasAdd BiasAddV1 Bincount Bitcast BitwiseAnd BitwiseOr BitwiseXor BroadcastArgs BroadcastTo
Bucketize Case Cast Ceil CheckNumerics ClipByValue CombinedNonMaxSuppression Complex ComplexAbs ConcatV2 Conj Const
ControlTrigger Conv Conv1D Conv2D Conv3D Conv2DBackpropInput Conv3DBackpropInputV2 Cos Cosh CropAndResize Cross
CudnnRNN CudnnRNNV2 CudnnRNNV3 Cumprod Cumsum DecodeBase64 DecodeBmp DecodeGif DecodeImage DecodeJpeg
DecodeAndCropJpeg DecodePng DecodeRaw DenseBincount DepthToSpace DepthwiseConv2dNative Diag DiagPart Digamma
DisableCopyOnRead Div
DivNoNan DynamicPartition DynamicStitch Einsum Elu Empty EncodeBase64 EnsureShape Enter Equal Erf Erfc Erfinv Exit
Exp ExpandDims Expm1 FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel Fill Floor
FloorDiv FloorMod FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Gather GatherNd GatherV2 Greater GreaterEqual
Identity IdentityN If Imag InTopKV2 InvertPermutation IsFinite IsInf IsNan L2Loss LRN LeakyRelu LeftShift Less
LessEqual Lgamma LinSpace ListDiff Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr LoopCond LowerBound MatMul
MatrixBandPart MatrixDiag MatrixDiagPartV3 MatrixDiagV3 MatrixInverse MatrixSetDiagV3 Max MaxPool MaxPool3D
MaxPoolV2 MaxPoolWithArgmax Maximum Mean Merge MergeSummary Min Minimum MirrorPad Mod Mul MulNoNan Multinomial Neg
NextIteration NoOp NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 NotEqual OneHot
OnesLike Pack Pad PadV2 ParseExample ParseExampleV2 ParseSingleExample PartitionedCall Placeholder
PlaceholderWithDefault Pow PreventGradient Prod QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeV2 RGBToHSV
HSVToRGB RaggedGather RaggedRange RaggedTensorToSparse RaggedTensorToTensor RandomStandardNormal RandomUniform
RandomUniformInt Range Rank ReadVariableOp Real RealDiv Reciprocal RegexFullMatch RegexReplace Relu Relu6 Reshape
ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor ResourceGather ResourceGatherNd Reverse
ReverseSequence ReverseV2 RightShift Rint Roll Round Rsqrt ScatterNd SegmentMean SegmentSum Select SelectV2 Selu
Shape ShapeN Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToBatchND SpaceToDepth SparseReshape
SparseSegmentMean SparseSegmentSqrtN SparseSegmentSum SparseSlice SparseToDense SparseTensorDenseMatMul Split SplitV
Sqrt Square SquaredDifference Squeeze StatefulPartitionedCall StatelessCase StatelessIf StatelessRandomGetKeyCounter
StatelessRandomNormalV2 StatelessRandomUniformV2 StatelessWhile StaticRegexFullMatch StaticRegexReplace StopGradient
StridedSlice StringFormat StringJoin StringLength StringLower StringSplitV2 StringStrip StringToHashBucketFast
StringToNumber StringUpper Sub Substr Sum Switch Tan Tanh TensorArrayCloseV3 TensorArrayConcatV3 TensorArrayGatherV3
TensorArrayReadV3 TensorArrayScatterV3 TensorArraySizeV3 TensorArrayV3 TensorArrayWriteV3 TensorListConcatV2
TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem TensorListLength TensorListPopBack
TensorListPushBack TensorListReserve TensorListResize TensorListScatterV2 TensorListSetItem TensorListStack
TensorScatterAdd TensorScatterUpdate Tile TopK TopKV2 Transpose TruncateDiv TruncateMod Unique UniqueV2 Unpack
UnsortedSegmentMax UnsortedSegmentMean UnsortedSegmentSum UpperBound VarHandleOp VarIsInitializedOp VariableV2 Where
While Xdivy Xlog1py Xlogy ZerosLike
"""
SAFE = frozenset(_SAFE.split())
