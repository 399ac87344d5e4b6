"""The classes that Keras itself brings: what a config of the old form may name without a module."""

from __future__ import annotations

KERAS_CLASSES = frozenset(
    """
    Sequential Functional Model InputLayer Dense Activation Embedding Masking Flatten Reshape
    Permute RepeatVector ActivityRegularization Dropout SpatialDropout1D SpatialDropout2D
    SpatialDropout3D GaussianDropout GaussianNoise AlphaDropout Conv1D Conv2D Conv3D
    Conv1DTranspose Conv2DTranspose Conv3DTranspose SeparableConv1D SeparableConv2D
    DepthwiseConv1D DepthwiseConv2D LocallyConnected1D LocallyConnected2D Cropping1D Cropping2D
    Cropping3D UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D
    GlobalAveragePooling2D GlobalAveragePooling3D AdaptiveAveragePooling1D
    AdaptiveAveragePooling2D AdaptiveMaxPooling1D AdaptiveMaxPooling2D LSTM GRU SimpleRNN LSTMCell
    GRUCell SimpleRNNCell RNN StackedRNNCells ConvLSTM1D ConvLSTM2D ConvLSTM3D ConvLSTM2DCell
    Bidirectional TimeDistributed Wrapper Add Subtract Multiply Average Maximum Minimum
    Concatenate Dot Attention AdditiveAttention MultiHeadAttention GroupQueryAttention
    BatchNormalization LayerNormalization GroupNormalization UnitNormalization
    SpectralNormalization RMSNormalization SyncBatchNormalization LeakyReLU PReLU ELU ReLU
    ThresholdedReLU Softmax Rescaling Resizing CenterCrop RandomCrop RandomFlip RandomTranslation
    RandomRotation RandomZoom RandomContrast RandomBrightness RandomHeight RandomWidth
    Normalization Discretization CategoryEncoding Hashing HashedCrossing StringLookup
    IntegerLookup TextVectorization MelSpectrogram EinsumDense Identity
    TFOpLambda SlicingOpLambda TensorFlowOpLayer Operation Layer Variable
    GlorotUniform GlorotNormal HeNormal HeUniform LecunNormal LecunUniform RandomNormal
    RandomUniform TruncatedNormal VarianceScaling Orthogonal OrthogonalInitializer Zeros Ones
    Constant L1 L2 L1L2 OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg UnitNorm RadialConstraint
    Adam AdamW Adamax Adagrad Adadelta SGD RMSprop Nadam Ftrl Lion Adafactor LossScaleOptimizer
    ExponentialDecay PiecewiseConstantDecay PolynomialDecay InverseTimeDecay CosineDecay
    CosineDecayRestarts BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy
    MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError
    CosineSimilarity Hinge SquaredHinge CategoricalHinge Huber KLDivergence LogCosh Poisson
    BinaryFocalCrossentropy CategoricalFocalCrossentropy Accuracy BinaryAccuracy
    CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy
    SparseTopKCategoricalAccuracy AUC Precision Recall TruePositives TrueNegatives FalsePositives
    FalseNegatives Mean MeanMetricWrapper Sum MeanTensor RootMeanSquaredError F1Score FBetaScore
    R2Score MeanIoU Policy DTypePolicy FloatDTypePolicy QuantizedDTypePolicy PolicyV1 TensorShape
    TypeSpec TensorSpec InputSpec __tuple__ __tensor__ __numpy__ __keras_tensor__ __bytes__
    __ellipsis__ __typespec__ __class_type__ function CacheFeatures SeedGenerator CharTokenizer
    Lambda TorchModuleWrapper __lambda__ Tensor
    """.split()
)
