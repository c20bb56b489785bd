"""What a Keras configuration may have Keras make: classes that only compute, from modules that hold only such.

Left out are those that run code (Lambda, TorchModuleWrapper, JaxLayer, FlaxLayer), load other models (TFSMLayer), or
read files that the configuration names (the lookup and vectorization layers).
"""

_MODULES = """
keras keras.activations keras.constraints keras.dtype_policies keras.initializers keras.layers keras.losses
keras.metrics keras.models keras.optimizers keras.optimizers.schedules keras.regularizers
keras.src.models.functional keras.src.models.sequential keras.src.engine.functional keras.src.engine.sequential
"""
MODULES = frozenset(_MODULES.split())
_CLASSES = """
Functional Sequential Model InputLayer __keras_tensor__ DTypePolicy Policy Activation Add AdditiveAttention
AlphaDropout Attention Average AveragePooling1D AveragePooling2D AveragePooling3D AvgPool1D AvgPool2D AvgPool3D
BatchNormalization Bidirectional CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D
Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D Convolution1D Convolution2D Convolution3D
Cropping1D Cropping2D Cropping3D Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot Dropout ELU EinsumDense
Embedding Flatten GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization
GroupQueryAttention HashedCrossing Hashing Identity LSTM LSTMCell LayerNormalization LeakyReLU Masking MaxPool1D
MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum MultiHeadAttention Multiply Normalization
PReLU Permute RNN RandomBrightness RandomContrast RandomCrop RandomFlip RandomHeight RandomRotation
RandomTranslation RandomWidth RandomZoom ReLU RepeatVector Rescaling Reshape Resizing SeparableConv1D
SeparableConv2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D SpatialDropout2D SpatialDropout3D
SpectralNormalization StackedRNNCells Subtract ThresholdedReLU TimeDistributed UnitNormalization UpSampling1D
UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D Constant GlorotNormal GlorotUniform HeNormal
HeUniform IdentityInitializer LecunNormal LecunUniform Ones Orthogonal RandomNormal RandomUniform TruncatedNormal
VarianceScaling Zeros L1 L1L2 L2 OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg UnitNorm Adadelta Adafactor Adagrad
Adam AdamW Adamax Ftrl Lion LossScaleOptimizer Nadam RMSprop SGD CosineDecay CosineDecayRestarts ExponentialDecay
InverseTimeDecay PiecewiseConstantDecay PolynomialDecay BinaryCrossentropy BinaryFocalCrossentropy
CategoricalCrossentropy CategoricalFocalCrossentropy CosineSimilarity Hinge Huber KLDivergence LogCosh
MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
SparseCategoricalCrossentropy SquaredHinge CategoricalHinge AUC Accuracy BinaryAccuracy BinaryIoU
CategoricalAccuracy F1Score FBetaScore FalseNegatives FalsePositives IoU Mean MeanIoU MeanMetricWrapper OneHotIoU
OneHotMeanIoU Precision PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError
SensitivityAtSpecificity SparseCategoricalAccuracy SparseTopKCategoricalAccuracy SpecificityAtSensitivity Sum
TopKCategoricalAccuracy TrueNegatives TruePositives
"""
CLASSES = frozenset(_CLASSES.split())
